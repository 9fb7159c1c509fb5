/** `hikae bundle create`. @module */

import { join } from "@std/path";
import { EXIT, HikaeError, messageOf } from "../base/errors.ts";
import { formatSize, parseSize } from "../base/size.ts";
import type { BundleCreateAnswer, BundleCreateRequest } from "../engine/bundle/create.ts";
import { text } from "../text/text.ts";
import type { Context, RunCommand } from "./command.ts";
import { runEngine } from "./engine.ts";
import { absolute, isInside, makeParents, realPlaceToMake } from "./places.ts";
import { State } from "./state.ts";
import { onlyVaultArg } from "./vault_arg.ts";

const LARGEST = 1 << 30;
const SMALLEST = 1 << 20;

/** Runs the command. */
export const run: RunCommand = async (context) => {
  const started = context.clock.now();
  const vault = await onlyVaultArg(context);
  const where = context.parsed.get("to");
  const recipients = recipientsOf(context);
  if (where === undefined || recipients.length === 0) {
    throw new HikaeError("usage", text("bundle.create-arguments"), {
      hint: text("bundle.create-hint"),
    });
  }
  const explain = context.parsed.has("explain-permissions");
  const place = realPlaceToMake(context.cwd, where);
  if (isInside(place, vault.root, Deno.build.os === "windows")) {
    throw new HikaeError("usage", text("bundle.inside-vault"), { path: where });
  }
  if (!explain) makeDirectory(place);
  const state = explain ? undefined : stateFor(context);
  const request: BundleCreateRequest = {
    root: vault.root,
    given: vault.given,
    where: place,
    recipients,
    volumeSize: volumeSizeOf(context),
    full: context.parsed.has("full"),
    state,
  };
  const answer = await runEngine(context, {
    command: "bundleCreate",
    access: "bundleCreate",
    roots: {
      vault: [vault.root],
      bundles: [place],
      ...(state === undefined ? {} : { state: [state] }),
    },
    request,
  });
  if (answer === undefined) return EXIT.ok;
  tell(context, answer, where, started);
  return answer.errors > 0 ? EXIT.incomplete : EXIT.ok;
};

function tell(context: Context, answer: BundleCreateAnswer, where: string, started: number): void {
  const { stamp, full, entries, volumes, bytes } = answer;
  const duration = (context.clock.now() - started) / 1000;
  if (context.json) {
    context.emit({ message_type: "summary", ...answer, to: where, total_duration: duration });
  } else if (stamp === null) context.say(text("bundle.nothing-new"));
  else {
    const kind = text(full ? "bundle.kind-full" : "bundle.kind-changes");
    context.say(text("bundle.done", { stamp, where, kind }));
    context.say(text("bundle.done-size", { n: entries, files: volumes, size: formatSize(bytes) }));
  }
}

/** The public keys of the line and of its files, each once. */
function recipientsOf(context: Context): string[] {
  const read = (file: string): string[] => {
    try {
      return Deno.readTextFileSync(absolute(context.cwd, file)).split(/\r?\n/);
    } catch (cause) {
      throw new HikaeError("usage", text("bundle.read-keys", { why: messageOf(cause) }), {
        path: file,
        cause,
      });
    }
  };
  const { parsed } = context;
  const lines = [...parsed.all("recipient"), ...parsed.all("recipients-file").flatMap(read)];
  return [...new Set(lines.map((l) => l.trim()).filter((l) => l !== "" && !l.startsWith("#")))];
}

function volumeSizeOf(context: Context): number {
  const given = context.parsed.get("volume-size");
  if (given === undefined) return LARGEST;
  const size = parseSize(given, "--volume-size");
  if (size >= SMALLEST && size <= LARGEST) return size;
  throw new HikaeError("usage", text("bundle.volume-size", { given }), {
    hint: text("bundle.volume-size-hint"),
  });
}

function makeDirectory(place: string): void {
  makeParents(join(place, "x"));
}

/** The directory at home in which is kept what was sent; undefined where none can be made. */
function stateFor(context: Context): string | undefined {
  const { directory } = new State(context.env);
  if (directory === undefined) return undefined;
  try {
    const dir = join(directory, "bundles");
    Deno.mkdirSync(dir, { recursive: true, mode: 0o700 });
    return Deno.realPathSync(dir);
  } catch {
    // the next bundle is a full one then, and says why
    return undefined;
  }
}
