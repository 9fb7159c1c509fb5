/** Runs the fault and crash suites and counts: `deno run -A tools/faults.ts [--full] [--only NAME] [--every N]`. @module */

import { parseArgs } from "@std/cli";
import {
  cutPowerAtEachStep,
  failEachCall,
  killAtEachStep,
  type Share,
  type Tally,
} from "../tests/faults/suites.ts";
import { makeWorld, type World } from "../tests/faults/world.ts";

const SUITES: Record<string, (world: World, share: Share) => Promise<Tally>> = {
  fail: failEachCall,
  kill: killAtEachStep,
  power: (world, share) => cutPowerAtEachStep(world, share, 5),
};

async function main(): Promise<number> {
  const args = parseArgs(Deno.args, {
    boolean: ["full"],
    string: ["only", "every", "offset", "match"],
  });
  const every = Number(args.every ?? (args.full ? 1 : 20));
  const offset = Number(args.offset ?? 0);
  let failed = 0;
  using world = await makeWorld();
  for (const [name, suite] of Object.entries(SUITES)) {
    if (args.only !== undefined && args.only !== name) continue;
    const started = performance.now();
    const print = (text: string): void => say(text);
    const tally = await suite(world, {
      every,
      offset,
      onFailure: print,
      ...(typeof args.match === "string" ? { match: args.match } : {}),
    });
    failed += tally.failures.length;
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    say(`${name}: ${tally.trials} trials, ${tally.failures.length} failures, ${seconds} s`);
  }
  return failed === 0 ? 0 : 1;
}

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

if (import.meta.main) Deno.exit(await main());
