/**
 * Runs the fault and crash suites and counts: `deno task test:faults [--full] [--only SUITE] [--command NAME]
 * [--every N] [--offset N] [--match TEXT] [--faults NAME,…]`. Without `--full` a twentieth of all places is tried, with `--sample` another
 * twentieth each day (`deno task test:sample`).
 * @module
 */

import { parseArgs } from "@std/cli";
import { FAULTS, LIES } from "../src/platform/doubles/faulty.ts";
import { type Command, COMMANDS } from "../tests/faults/commands.ts";
import { killProgram } from "../tests/faults/kill_program.ts";
import {
  cutPowerAtEachStep,
  failEachCall,
  killAndLoseRecord,
  killAtEachStep,
  type Share,
  type Tally,
} from "../tests/faults/suites.ts";
import { makeWorld, type World } from "../tests/faults/world.ts";

const SUITES: Record<string, (world: World, command: Command, share: Share) => Promise<Tally>> = {
  fail: failEachCall,
  kill: killAtEachStep,
  lost: killAndLoseRecord,
  power: (world, command, share) => cutPowerAtEachStep(world, command, share, 5),
};

const ALL_FAULTS = [...FAULTS, ...LIES];

interface Args {
  sample: boolean;
  full: boolean;
  only: string | undefined;
  command: string | undefined;
  share: Share;
}

function readArgs(): Args {
  const args = parseArgs(Deno.args, {
    boolean: ["full", "sample"],
    string: ["only", "command", "every", "offset", "match", "faults"],
  });
  const text = (v: unknown): string | undefined => typeof v === "string" ? v : undefined;
  const match = text(args.match);
  const names = text(args.faults)?.split(",");
  const day = Math.floor(Date.now() / 86_400_000);
  return {
    full: args.full === true,
    sample: args.sample === true,
    only: text(args.only),
    command: text(args.command),
    share: {
      every: Number(args.every ?? (args.full ? 1 : 20)),
      offset: Number(args.offset ?? (args.sample ? day : 0)),
      onFailure: say,
      ...(match === undefined ? {} : { match }),
      ...(names === undefined ? {} : { only: ALL_FAULTS.filter((f) => names.includes(f)) }),
    },
  };
}

async function main(): Promise<number> {
  const { full, sample, only, command, share } = readArgs();
  if (sample) say(`the sample of today: --every ${share.every} --offset ${share.offset}`);
  // the moments of a kill: the same each time, and others in a sample
  const seed = sample ? share.offset : 20261121;
  let failed = 0;
  const count = async (name: string, work: () => Promise<Tally>): Promise<void> => {
    const started = performance.now();
    const tally = await work();
    failed += tally.failures.length;
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    say(`${name}: ${tally.trials} trials, ${tally.failures.length} failures, ${seconds} s`);
  };
  {
    using world = await makeWorld();
    for (const [name, suite] of Object.entries(SUITES)) {
      if (only !== undefined && only !== name) continue;
      for (const c of COMMANDS) {
        if (command !== undefined && command !== c.name) continue;
        await count(`${name} ${c.name}`, () => suite(world, c, share));
      }
    }
  }
  if (only === undefined || only === "program") {
    await count("program", () => killProgram(full ? 400 : 30, say, seed));
  }
  return failed === 0 ? 0 : 1;
}

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

if (import.meta.main) Deno.exit(await main());
