/** What `bundle list` and `bundle verify` have in common. @module */

import { systemText } from "../../base/system_text.ts";
import { HikaeError } from "../../base/errors.ts";
import { formatSize } from "../../base/size.ts";
import { parseName } from "../../bundle/names.ts";
import { identitiesOf } from "../../bundle/identity.ts";
import type { BundleLookAnswer, FoundBundle } from "../../engine/bundle/look.ts";
import { text } from "../../text/text.ts";
import { passphraseOf } from "./ask_secret.ts";
import { bundlesArg } from "./bundle_arg.ts";
import { explainReach, reach } from "./bundle_place.ts";
import type { Context } from "../command.ts";
import { runEngine } from "../engine.ts";
import { absolute } from "../places/places.ts";
import { padded } from "../../report/display_width.ts";

/** Looks at the bundles that the line names; undefined when only the permissions were asked for. */
export async function lookAtBundles(
  context: Context,
  hashes: boolean,
  identities?: readonly string[],
): Promise<BundleLookAnswer | undefined> {
  const usage = text("bundle.one-place-hint", { command: context.command.name });
  if (context.parsed.args.length > 1) {
    throw new HikaeError("usage", text("bundle.one-place"), { hint: usage });
  }
  const place = await bundlesArg(context, usage);
  const thread = { thread: "downloader" as const };
  const explain = context.parsed.has("explain-permissions");
  const reached = explain ? undefined : await reach(context, place.where, thread);
  const found = await runEngine(context, {
    command: "bundleLook",
    access: "bundleLook",
    roots: place.away === true ? {} : { bundles: [place.where] },
    request: { ...place, hashes, ...(identities === undefined ? {} : { identities }) },
    ...(reached === undefined ? {} : { answers: reached.answers }),
  }).finally(() => reached?.end());
  if (found === undefined) explainReach(context, place.where, thread);
  return found;
}

/** Tells of each bundle, a line each. */
export function tellBundles(context: Context, found: BundleLookAnswer): void {
  for (const { names: _, ...one } of found.bundles) {
    if (context.json) context.emit({ message_type: "answer", ...one });
    else context.say(lineOf(one));
  }
  tellDamages(context, found);
}

/** Tells what is wrong, and nothing of what is right. */
export function tellDamages(
  context: Context,
  { bundles, unreadable, wrong, tampered }: BundleLookAnswer,
): void {
  const there = new Set(bundles.map(({ vault, manifest }) => `${vault}/${manifest}`));
  for (const { name } of unreadable) there.add(name);
  const needed = new Set(
    bundles.flatMap(({ vault, before }) => before === null ? [] : `${vault}/${before}`),
  );
  for (const path of needed) {
    if (!there.has(path)) tellDamage(context, path, "missing", text("bundle.manifest-missing"));
  }
  for (const one of bundles) {
    for (const path of one.missing) tellDamage(context, path, "missing", text("bundle.missing"));
    for (const path of one.damaged) tellDamage(context, path, "damaged", text("bundle.damaged"));
  }
  for (const { name, message } of tampered) tellDamage(context, name, "damaged", message);
  for (const { name, message } of unreadable) tellDamage(context, name, "damaged", message);
  for (const { path, message } of wrong) tellDamage(context, path, "damaged", message);
}

function tellDamage(context: Context, path: string, code: string, message: string): void {
  context.emit({ message_type: "error", path, during: "verify", code, message });
}

function lineOf(one: Omit<FoundBundle, "names">): string {
  const whole = text(one.whole ? "bundle.state-whole" : "bundle.state-broken");
  const stamp = parseName(one.before ?? "")?.stamp;
  const state = stamp === undefined ? whole : text("bundle.state-needs", { state: whole, stamp });
  const kind = text(one.full ? "bundle.kind-full" : "bundle.kind-changes");
  const size = formatSize(one.bytes).padStart(10);
  return `${one.stamp}  ${padded(kind, 8)} ${size}  ${String(one.volumes).padStart(5)}  ${state}`;
}

/** The secret keys in a file; throws `usage` when there are none. A protected file is opened by its passphrase. */
async function readIdentities(context: Context, file: string): Promise<string[]> {
  let content: Uint8Array;
  try {
    content = Deno.readFileSync(absolute(context.cwd, file));
  } catch (cause) {
    throw new HikaeError("usage", text("bundle.read-identity", { why: systemText(cause) }), {
      path: file,
      cause,
    });
  }
  return await identitiesOf(content, file, () => Promise.resolve(passphraseOf(context, file)));
}

/** The secret keys of all files that the line names. */
export async function identitiesGiven(context: Context): Promise<string[]> {
  const found: string[] = [];
  for (const file of context.parsed.all("identity")) {
    found.push(...await readIdentities(context, file));
  }
  return found;
}
