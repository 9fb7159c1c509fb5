/**
 * Random histories by the program as people run it, held against a model:
 * `deno task test:histories [--seed N] [--count N] [--steps N] [--only KIND]… [--without N,N…] [--shrink] [--dir DIR] [--vaults DIR] [--machines]`.
 * One seed after another from `--seed` on, `--count` of them (without end when 0), `--steps` steps each. What fails is
 * told with its seed and step, which the same call meets again; `--shrink` then looks for the steps that it takes.
 * `--machines` has the engine in this process instead: many runs, several homes, and a disk with a clock of its own.
 * @module
 */

import { parseArgs } from "@std/cli";
import { Machines } from "../tests/histories/machines.ts";
import { ALL_KINDS, type History, HistoryFault, live } from "../tests/histories/life.ts";

const args = parseArgs(Deno.args, {
  string: ["seed", "count", "steps", "only", "without", "dir", "vaults"],
  boolean: ["shrink", "verbose", "machines"],
  collect: ["only"],
});
const print = (text: string): void => {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
};
const only = [args.only ?? []].flat().map(String);
const unknown = only.find((kind) => !ALL_KINDS.includes(kind));
if (unknown !== undefined) {
  print(`no kind ${unknown}: ${ALL_KINDS.join(" ")}`);
  Deno.exit(2);
}
const first = Number(args.seed ?? 1);
const count = Number(args.count ?? 1);
const tally = new Map<string, number>();
let faults = 0;

// where it is told to live it makes room for itself
if (args.dir !== undefined) Deno.mkdirSync(String(args.dir), { recursive: true });
for (let seed = first; count === 0 || seed < first + count; seed++) {
  const history: History = {
    seed,
    steps: Number(args.steps ?? 60),
    ...(only.length === 0 ? {} : { only }),
    without: new Set(String(args.without ?? "").split(",").filter((n) => n !== "").map(Number)),
    ...(args.dir === undefined ? {} : { parent: String(args.dir) }),
    ...(args.vaults === undefined ? {} : { vaults: String(args.vaults) }),
    ...(args.verbose ? { tell: print } : {}),
  };
  if (args.machines) {
    faults += await liveMachines(history);
    continue;
  }
  const fault = await faultOf(history);
  if (fault === undefined) print(`seed ${seed}: ${history.steps} steps, sound`);
  else {
    faults++;
    print(`seed ${seed}, step ${fault.step}: ${fault.message}\n  ${fault.called.join("\n  ")}`);
    if (args.shrink) await shrink(history, fault);
  }
}
print(JSON.stringify(Object.fromEntries([...tally].sort())));
Deno.exit(faults === 0 ? 0 : 1);

/** How many faults there were, which is one or none. */
async function liveMachines({ seed, steps, parent }: History): Promise<number> {
  using machines = new Machines(seed, parent);
  try {
    await machines.live(steps);
    print(`seed ${seed}: ${steps} runs, sound`);
    return 0;
  } catch (error) {
    print(`seed ${seed}: ${Deno.inspect(error)}\n  ${machines.done.join("\n  ")}`);
    return 1;
  }
}

async function faultOf(history: History): Promise<HistoryFault | undefined> {
  try {
    for (const [what, n] of await live(history)) tally.set(what, (tally.get(what) ?? 0) + n);
    return undefined;
  } catch (error) {
    if (error instanceof HistoryFault) return error;
    throw error;
  }
}

/** Leaves steps out, many at once first, as long as it still fails. */
async function shrink(history: History, { step }: HistoryFault): Promise<void> {
  let without = new Set(history.without);
  let steps = step;
  for (let size = Math.ceil(step / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 1; from < steps; from += size) {
      const more = new Set(without);
      for (let n = from; n < Math.min(from + size, steps); n++) more.add(n);
      if (more.size === without.size) continue;
      const fault = await faultOf({ ...history, steps, without: more });
      if (fault === undefined) continue;
      without = more;
      steps = Math.min(steps, fault.step);
      print(
        `still fails without ${[...without].join(",")} at step ${fault.step}: ${fault.message}`,
      );
    }
  }
  print(
    `deno task test:histories --seed ${history.seed} --steps ${steps} --without ${
      [...without].join(",")
    }`,
  );
}
