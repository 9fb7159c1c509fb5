/** The suites: each walks through the places where something can go wrong, all of them or a share. */

import { join } from "@std/path";
import { befalls, type DiskFault, FAULTS, faulty } from "../../src/platform/doubles/faulty.ts";
import { powerLoss } from "../../src/platform/doubles/power_loss.ts";
import { recording } from "../../src/platform/doubles/recording.ts";
import { stepping } from "../../src/platform/doubles/stepping.ts";
import type { FsCall } from "../../src/platform/doubles/tap.ts";
import {
  begunRuns,
  errorNamed,
  helpful,
  listedInterrupted,
  nextRunMends,
  nothingLost,
  outcomeTrue,
  readable,
  repeatRestores,
} from "./promises.ts";
import { type Command, type Reference, referenceOf, targetOf } from "./commands.ts";
import { openFiles, startTrial, TRIAL, type World } from "./world.ts";
import { forgetIndex } from "../helpers/index_helper.ts";

/** What a suite counted. */
export interface Tally {
  trials: number;
  failures: string[];
}

/** Which of all places are tried: each with `every` 1, else a share, another one for each `offset`. */
export interface Share {
  every: number;
  offset: number;
  /** Tries only places whose description holds this. */
  match?: string;
  /** Tries only these faults. */
  only?: readonly DiskFault[];
  /** Told of each failure as it is met. */
  onFailure?: (text: string) => void;
}

/** The calls that a command makes when nothing is wrong. */
export async function callsOf(world: World, command: Command): Promise<FsCall[]> {
  using trial = startTrial(world);
  const rec = recording();
  await command.run(world, trial, { hour: TRIAL, around: rec.around });
  return rec.calls;
}

/** A place of a suite: which suite and command, and what is done there. */
interface Place {
  suite: string;
  command: Command;
  what: string;
}

/** The command line that runs one place alone; numbers come from the order of calls and stay. */
function alone({ suite, command, what }: Place): string {
  const [place] = /^.*?\d+ /.exec(what.replace(/^power cut \(chance \d+\) /, "")) ?? [what];
  return `deno task test:faults --full --only ${suite} --command ${command.name} --match "${place}"`;
}

async function attempt(
  tally: Tally,
  share: Share,
  place: Place,
  work: () => Promise<void>,
): Promise<void> {
  const { what } = place;
  if (share.match !== undefined && !what.includes(share.match)) return;
  tally.trials++;
  openFiles.closeLeft();
  try {
    await work();
    const left = openFiles.closeLeft();
    if (left.length > 0) throw new Error(`left open: ${left.join("\n")}`);
  } catch (error) {
    const said = error instanceof Error ? error.stack ?? error.message : error;
    const text = `${what}: ${said}\nalone: ${alone(place)}`;
    tally.failures.push(text);
    share.onFailure?.(text);
  }
}

function describe(call: FsCall): string {
  return `${call.op} ${call.path}${call.to === undefined ? "" : ` -> ${call.to}`}`;
}

/** Every call of a command fails once, in every way. */
export async function failEachCall(world: World, command: Command, share: Share): Promise<Tally> {
  const calls = await callsOf(world, command);
  const reference = await referenceOf(world, command);
  const tally: Tally = { trials: 0, failures: [] };
  let place = 0;
  for (const [at, call] of calls.entries()) {
    for (const fault of share.only ?? FAULTS) {
      if (!befalls(fault, call) || (place++ + share.offset) % share.every !== 0) continue;
      const what = `${fault} at ${at} ${describe(call)}`;
      const here = { suite: "fail", command, what };
      await attempt(tally, share, here, () => oneFault(world, command, reference, at, fault));
    }
  }
  return tally;
}

async function oneFault(
  world: World,
  command: Command,
  reference: Reference,
  at: number,
  fault: DiskFault,
): Promise<void> {
  using trial = startTrial(world);
  const on = { world, command, reference, trial };
  const double = faulty(at, fault, [...trial.vaults, world.source, targetOf(trial)]);
  const ran = await command.run(world, trial, { hour: TRIAL, around: double.around });
  nothingLost(on, "after the fault");
  outcomeTrue(on, ran, fault === "ENOENT" ? double.hit : undefined);
  if (double.hit !== undefined && fault !== "short" && fault !== "down") {
    errorNamed(on, ran, double.hit);
  }
  helpful(ran);
  await nextRunMends(on, ["ENOENT", "replay", "eof", "cut"].includes(fault));
}

/** A command is killed before each change that it makes, and in the middle of each write. */
export async function killAtEachStep(
  world: World,
  command: Command,
  share: Share,
): Promise<Tally> {
  const steps = (await callsOf(world, command)).filter((c) => c.effect === "change");
  const reference = await referenceOf(world, command);
  const tally: Tally = { trials: 0, failures: [] };
  let place = 0;
  for (const [at, call] of steps.entries()) {
    for (const torn of [false, true]) {
      if (torn && !befalls("torn", call)) continue;
      if ((place++ + share.offset) % share.every !== 0) continue;
      const what = `killed ${torn ? "in the middle of" : "before"} ${at} ${describe(call)}`;
      await attempt(tally, share, { suite: "kill", command, what }, async () => {
        using trial = startTrial(world);
        const on = { world, command, reference, trial };
        const double = stepping(at, torn);
        await command.run(world, trial, { hour: TRIAL, around: double.around });
        if (!double.dead) throw new Error("it was not killed");
        nothingLost(on, "after the kill");
        readable(on);
        await repeatRestores(on);
        const left = begunRuns(on);
        await nextRunMends(on);
        listedInterrupted(on, left);
      });
    }
  }
  return tally;
}

function begun(meta: string): string {
  try {
    return Deno.readTextFileSync(join(meta, "$TMP@begun"));
  } catch {
    return "";
  }
}

/** A command is killed before each change that it makes, and then somebody removes the record of its run. */
export async function killAndLoseRecord(
  world: World,
  command: Command,
  share: Share,
): Promise<Tally> {
  const steps = (await callsOf(world, command)).filter((c) => c.effect === "change");
  const reference = await referenceOf(world, command);
  const tally: Tally = { trials: 0, failures: [] };
  let place = 0;
  for (const [at, call] of steps.entries()) {
    for (const also of ["", "index"]) {
      if ((place++ + share.offset) % share.every !== 0) continue;
      const what = `killed before ${at} ${describe(call)}, then without record ${also}`;
      await attempt(tally, share, { suite: "lost", command, what }, async () => {
        using trial = startTrial(world);
        const on = { world, command, reference, trial };
        const double = stepping(at, false);
        await command.run(world, trial, { hour: TRIAL, around: double.around });
        const left = begunRuns(on);
        for (const [i, vault] of trial.vaults.entries()) {
          const meta = join(vault, ".$META$");
          const stamp = left[i]?.sort().at(-1);
          // before it says so it has done nothing, and after that it is mended
          if (stamp === undefined || !begun(meta).includes(stamp)) continue;
          Deno.removeSync(join(meta, "runs", `${stamp}.jsonl`));
          if (also !== "") forgetIndex(vault);
        }
        nothingLost(on, "after the kill");
        await nextRunMends(on);
        listedInterrupted(on, left);
      });
    }
  }
  return tally;
}

/** The power goes before each change or flush; chance says what of the unflushed is left. */
export async function cutPowerAtEachStep(
  world: World,
  command: Command,
  share: Share,
  times = 1,
): Promise<Tally> {
  const all = await callsOf(world, command);
  const steps = all.filter((c) => c.effect !== "read" && !c.op.startsWith("sql."));
  const reference = await referenceOf(world, command);
  const tally: Tally = { trials: 0, failures: [] };
  let place = 0;
  for (let at = 0; at <= steps.length; at++) {
    for (let seed = 0; seed < times; seed++) {
      if ((place++ + share.offset) % share.every !== 0) continue;
      const call = steps[at];
      const where = call === undefined ? "the end" : describe(call);
      const what = `power cut (chance ${seed}) before ${at} ${where}`;
      await attempt(tally, share, { suite: "power", command, what }, async () => {
        using trial = startTrial(world);
        const on = { world, command, reference, trial };
        const disk = powerLoss(openFiles.fs, at);
        await command.run(world, trial, { hour: TRIAL, fs: disk.fs });
        disk.cut(chanceFrom(at * 31 + seed));
        nothingLost(on, "after the cut");
        await repeatRestores(on);
        await nextRunMends(on);
      });
    }
  }
  return tally;
}

/** A small generator, so that a cut can be repeated: numbers from 0 up to its argument. */
export function chanceFrom(seed: number): (n: number) => number {
  let x = Math.imul(seed + 1, 0x9e3779b9) >>> 0;
  return (n) => {
    x = (Math.imul(x ^ (x >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) >>> 0;
    return Math.floor((x / 0x1_0000_0000) * n);
  };
}
