/** What `bundle list` and `bundle verify` have in common. @module */

import { HikaeError, messageOf } from "../base/errors.ts";
import { formatSize } from "../base/size.ts";
import { identitiesOf } from "../bundle/seal.ts";
import type { BundleLookAnswer, FoundBundle } from "../engine/bundle/look.ts";
import { text } from "../text/text.ts";
import type { Context } from "./command.ts";
import { runEngine } from "./engine.ts";
import { absolute, realPlace } from "./places.ts";

/** Looks at the bundles that the line names; undefined when only the permissions were asked for. */
export async function lookAtBundles(
  context: Context,
  hashes: boolean,
  identities?: readonly string[],
): Promise<BundleLookAnswer | undefined> {
  const [where, more] = context.parsed.args;
  if (where === undefined || more !== undefined) {
    throw new HikaeError("usage", text("bundle.one-place"), {
      hint: text("bundle.one-place-hint", { command: context.command.name }),
    });
  }
  const place = realPlace(context.cwd, where, "no_vault", "bundles");
  return await runEngine(context, {
    command: "bundleLook",
    access: "bundleLook",
    roots: { bundles: [place] },
    request: { where: place, hashes, ...(identities === undefined ? {} : { identities }) },
  });
}

/** Tells of each bundle, a line each. */
export function tellBundles(
  context: Context,
  { bundles, unreadable, wrong }: BundleLookAnswer,
): void {
  for (const one of bundles) {
    if (context.json) context.emit({ message_type: "answer", ...one });
    else context.say(lineOf(one));
    for (const path of one.missing) tellDamage(context, path, "missing", text("bundle.missing"));
    for (const path of one.damaged) tellDamage(context, path, "damaged", text("bundle.damaged"));
  }
  for (const { name, message } of unreadable) tellDamage(context, name, "damaged", message);
  for (const { path, message } of wrong) tellDamage(context, path, "damaged", message);
}

function tellDamage(context: Context, path: string, code: string, message: string): void {
  context.emit({ message_type: "error", path, during: "verify", code, message });
}

function lineOf(one: FoundBundle): string {
  const state = text(one.whole ? "bundle.state-whole" : "bundle.state-broken");
  const kind = text(one.full ? "bundle.kind-full" : "bundle.kind-changes");
  const size = formatSize(one.bytes).padStart(10);
  return `${one.stamp}  ${kind.padEnd(8)} ${size}  ${String(one.volumes).padStart(5)}  ${state}`;
}

/** The secret keys in a file; throws `usage` when there are none. */
export function readIdentities(context: Context, file: string): string[] {
  let content: string;
  try {
    content = Deno.readTextFileSync(absolute(context.cwd, file));
  } catch (cause) {
    throw new HikaeError("usage", text("bundle.read-keys", { why: messageOf(cause) }), {
      path: file,
      cause,
    });
  }
  return identitiesOf(content, file);
}
