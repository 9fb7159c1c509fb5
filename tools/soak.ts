/**
 * A long life of one vault, in process and with the clock in hand: `deno task test:soak [--runs N] [--seed N]`.
 * Random changes, a run each, cleanup and prune in between; after each step what the vault says is held against a
 * model. 2,000 runs unless told otherwise; tests/maintain/soak_test.ts lives a short life of it.
 * @module
 */

import { parseArgs } from "@std/cli";
import { soak } from "../tests/maintain/soak_life.ts";

const args = parseArgs(Deno.args, { string: ["runs", "seed"] });
const seed = Number(args.seed ?? Date.now() % 1_000_000);
const started = performance.now();
const tally = await soak({
  runs: Number(args.runs ?? 2000),
  seed,
  tell: (text) => void Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`)),
});
const seconds = ((performance.now() - started) / 1000).toFixed(0);
Deno.stdout.writeSync(
  new TextEncoder().encode(`${JSON.stringify(tally)}, seed ${seed}, ${seconds} s\n`),
);
