/** `deno task bench`: measures hikae beside its peers and writes bench/RESULTS.md. @module */

import { parseArgs } from "@std/cli";
import { fromFileUrl } from "@std/path";
import type { Bench } from "./lib/bench.ts";
import { machineLines } from "./lib/machine.ts";
import { say } from "./lib/out.ts";
import { leavePlaces } from "./lib/place.ts";
import { Report } from "./lib/report.ts";
import { hasCommand, installedTools } from "./lib/tools.ts";

const HELP = `deno task bench [--full] [--only NAME,…] [--rounds N] [--scale X] [--out FILE]

Measures hikae beside the backup tools that are installed, and writes bench/RESULTS.md.

  --full       all parts and all tools (some 20 minutes); else a short size of under two minutes
  --only NAME  these parts alone: start small filter calls large query serve share moved unshared wide million disk far
               away bundles attributes
  --tools NAME with these tools alone, of those that are installed: hikae rsync cp restic borg rdiff-backup
  --rounds N   how often each scenario is run
  --scale X    trees of X times their size, to try the bench itself
  --out FILE   where the results go; with --only, --tools or --scale nowhere unless it is given`;

type Part = (bench: Bench) => Promise<void>;

/** The parts, and whether the short size has them. */
const PARTS: Record<string, { short: boolean; load: () => Promise<Part> }> = {
  start: { short: true, load: async () => (await import("./lib/part_start.ts")).start },
  small: { short: true, load: async () => (await import("./lib/part_trees.ts")).small },
  filter: { short: true, load: async () => (await import("./lib/part_filter.ts")).filter },
  attributes: {
    short: false,
    load: async () => (await import("./lib/part_attributes.ts")).attributes,
  },
  calls: { short: true, load: async () => (await import("./lib/part_calls.ts")).calls },
  large: { short: true, load: async () => (await import("./lib/part_trees.ts")).large },
  query: { short: true, load: async () => (await import("./lib/part_query.ts")).query },
  serve: { short: true, load: async () => (await import("./lib/part_serve.ts")).serve },
  share: { short: false, load: async () => (await import("./lib/part_trees.ts")).share },
  moved: { short: false, load: async () => (await import("./lib/part_moved.ts")).moved },
  unshared: {
    short: false,
    load: async () => (await import("./lib/part_unshared.ts")).unshared,
  },
  wide: { short: false, load: async () => (await import("./lib/part_trees.ts")).wide },
  far: { short: false, load: async () => (await import("./lib/part_far.ts")).far },
  bundles: { short: false, load: async () => (await import("./lib/part_bundles.ts")).bundles },
  away: { short: false, load: async () => (await import("./lib/part_away.ts")).away },
  index: { short: false, load: async () => (await import("./lib/part_index.ts")).index },
  disk: { short: false, load: async () => (await import("./lib/part_trees.ts")).disk },
  million: { short: false, load: async () => (await import("./lib/part_million.ts")).million },
};

async function main(words: readonly string[]): Promise<number> {
  const args = parseArgs(words, {
    boolean: ["full", "help"],
    string: ["only", "tools", "rounds", "scale", "out"],
    collect: ["only", "tools"],
  });
  if (args.help === true) {
    say(HELP);
    return 0;
  }
  // half a second after its start Deno asks for a newer one, which costs what runs so long 50 ms of processor time
  Deno.env.set("DENO_NO_UPDATE_CHECK", "1");
  const full = args.full === true;
  const only = (args.only as string[]).flatMap((names) => names.split(","));
  const wrong = only.find((name) => PARTS[name] === undefined);
  if (wrong !== undefined) {
    say(`no part "${wrong}"\n\n${HELP}`);
    return 2;
  }
  const tools = (args.tools as string[]).flatMap((names) => names.split(","));
  const scale = Number(args.scale ?? 1);
  const report = new Report(say);
  const bench: Bench = {
    report,
    say,
    tools: installedTools().filter((t) => tools.length === 0 || tools.includes(t.name)),
    full,
    rounds: Number(args.rounds ?? 3),
    slowRounds: 1,
    scale,
    commands: new Set(COMMANDS.filter(hasCommand)),
  };
  const loads = [Deno.loadavg()];
  const started = performance.now();
  for (const [name, part] of Object.entries(PARTS)) {
    if (only.length > 0 ? !only.includes(name) : !full && !part.short) continue;
    say(`\n${name} …`);
    const began = performance.now();
    await (await part.load())(bench);
    leavePlaces();
    say(`\n${name}: ${((performance.now() - began) / 1000).toFixed(0)} s`);
  }
  loads.push(Deno.loadavg());
  say(`\n${report.targets()}\n\n${((performance.now() - started) / 1000).toFixed(0)} s in all`);
  const out = outFile(
    args.out as string | undefined,
    only.length + tools.length > 0 || scale !== 1,
  );
  if (out !== undefined) {
    const size = full ? "--full" : "the short size";
    const head = [...machineLines(bench.tools, loads), `- size: ${size}, scale ${scale}`];
    Deno.writeTextFileSync(out, report.text(head));
    say(`written to ${out}`);
  }
  return 0;
}

/** The commands that some parts use; one that is not there yet is left out. */
const COMMANDS = ["restore", "list", "ls", "diff", "history", "find"];

function outFile(given: string | undefined, partly: boolean): string | undefined {
  if (given !== undefined) return given;
  return partly ? undefined : fromFileUrl(new URL("./RESULTS.md", import.meta.url));
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  if (Deno.build.os === "windows" && signal === "SIGTERM") continue;
  Deno.addSignalListener(signal, () => {
    leavePlaces();
    Deno.exit(130);
  });
}
let code = 1;
try {
  code = await main(Deno.args);
} finally {
  leavePlaces();
}
Deno.exit(code);
