/** The commands that go through the fault suites, each with what a run of it without faults comes to. */

import { join } from "@std/path";
import type { Message } from "../../src/base/event.ts";
import { asFailure } from "../../src/engine/failure.ts";
import { dedupe } from "../../src/engine/maintain/dedupe.ts";
import { cleanup } from "../../src/engine/maintain/cleanup.ts";
import { deleteSnapshots, prune } from "../../src/engine/maintain/prune.ts";
import { reindex } from "../../src/engine/maintain/reindex.ts";
import type { EnginePorts } from "../../src/engine/ports.ts";
import { stepping } from "../../src/platform/doubles/stepping.ts";
import { verify } from "../../src/engine/verify/verify.ts";
import { makeTree } from "../helpers/cli_helper.ts";
import { restoreHere } from "../helpers/restore_helper.ts";
import { contentsOf, filesOf, stateOf, tell } from "./tell.ts";
import {
  type Fitting,
  mustBeClean,
  portsWith,
  type Ran,
  runBackup,
  startTrial,
  TRIAL,
  type Trial,
  VAULTS,
  type World,
} from "./world.ts";

/** A command under test. */
export interface Command {
  name: string;
  run(world: World, trial: Trial, fitting: Fitting): Promise<Ran>;
}

/** What a run of a command without faults comes to. */
export interface Reference {
  /** Hashes of contents that it removes, or the backup after it, by vault. */
  removed: Map<string, Set<string>>;
  /** Hashes of contents after it, by vault. */
  contents: Map<string, Set<string>>;
  /** Snapshots that are left, by vault. */
  stamps: Map<string, Set<string>>;
}

type Engine = (
  ports: EnginePorts,
  world: World,
  trial: Trial,
) => Promise<{ stamp?: string | undefined; errors: number }>;

/** A command that works on the first vault alone. */
function onOne(name: string, engine: Engine): Command {
  return {
    name,
    async run(world, trial, fitting): Promise<Ran> {
      const messages: Message[] = [];
      try {
        const { stamp, errors } = await engine(portsWith(messages, fitting), world, trial);
        const outcome = { vault: trial.vaults[0] ?? "", stamp, errors, failed: undefined };
        return { outcomes: [outcome], messages, thrown: undefined };
      } catch (error) {
        // as the engine's worker does it
        const thrown = asFailure(error, name, base(trial).root);
        return { outcomes: [], messages, thrown };
      }
    },
  };
}

function base(trial: Trial): { root: string; given: string; host: string; pid: number } {
  const root = trial.vaults[0] ?? "";
  return { root, given: root, host: "test", pid: Deno.pid };
}

const middles = new WeakMap<World, number>();

/** Half of the changes that a backup makes. */
async function middle(world: World): Promise<number> {
  let at = middles.get(world);
  if (at === undefined) {
    using trial = startTrial(world);
    const alive = stepping(-1);
    await runBackup(world.source, trial.vaults, { hour: TRIAL, around: alive.around });
    middles.set(world, at = alive.steps >> 1);
  }
  return at;
}

/** Where `restore` restores to. */
export function targetOf(trial: Trial): string {
  return join(trial.vaults[0] ?? "", "..", "target");
}

/** What lies in the target before. */
export const IN_TARGET = {
  "keep.txt": "somebody's own keep.txt",
  "own.txt": "somebody's own file",
  "dir": { "in.txt": "older", "stays.txt": "not of the vault" },
};

/** Makes each name of the vault a file of its own, as runs that share nothing leave them. */
function setApart(vault: string): void {
  for (const path of filesOf(vault)) {
    const at = join(vault, path);
    const { nlink, mode, mtime } = Deno.lstatSync(at);
    if ((nlink ?? 1) < 2) continue;
    const apart = `${vault}-apart`;
    Deno.copyFileSync(at, apart);
    Deno.chmodSync(apart, (mode ?? 0o600) & 0o7777);
    Deno.utimeSync(apart, mtime ?? 0, mtime ?? 0);
    Deno.renameSync(apart, at);
  }
}

/** All of them. */
export const COMMANDS: readonly Command[] = [
  {
    name: "backup",
    run: (world, trial, fitting) => runBackup(world.source, trial.vaults, fitting),
  },
  {
    name: "lanes",
    run: (world, trial, fitting) => runBackup(world.source, trial.vaults, { ...fitting, lanes: 2 }),
  },
  {
    name: "mend",
    // the run before was killed in the middle: this one mends what it left
    async run(world, trial, fitting): Promise<Ran> {
      const killed = stepping(await middle(world));
      await runBackup(world.source, trial.vaults, { hour: TRIAL - 1, around: killed.around });
      return await runBackup(world.source, trial.vaults, fitting);
    },
  },
  onOne("cleanup", (ports, _, trial) =>
    cleanup(ports, {
      ...base(trial),
      dryRun: false,
      askPlugins: false,
      before: ports.clock.now(),
      rule: "0d",
    })),
  onOne(
    "prune",
    (ports, _, trial) =>
      prune(ports, { ...base(trial), dryRun: false, askPlugins: false, policy: { last: 1 } }),
  ),
  onOne("delete", (ports, world, trial) => {
    const points = [...world.before.get("one")?.states.keys() ?? []].slice(0, 1);
    return deleteSnapshots(ports, { ...base(trial), dryRun: false, askPlugins: false, points });
  }),
  onOne("verify", (ports, _, trial) => {
    // what is found and put right is no error of the run
    const { errors } = verify(ports, { ...base(trial), repair: true, windows: false });
    return Promise.resolve({ errors });
  }),
  onOne("dedupe", (ports, _, trial) => {
    setApart(trial.vaults[0] ?? "");
    const { errors } = dedupe(ports, {
      ...base(trial),
      dryRun: false,
      mode: "link",
      reflink: false,
    });
    return Promise.resolve({ errors });
  }),
  onOne("reindex", (ports, _, trial) => Promise.resolve(reindex(ports, base(trial)))),
  onOne("restore", async (ports, world, trial) => {
    const target = targetOf(trial);
    try {
      makeTree(target, IN_TARGET);
      for (const own of ["own.txt", join("dir", "stays.txt")]) {
        Deno.utimeSync(join(target, own), 1_600_000_000, 1_600_000_000);
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
    const at = [...world.before.get("one")?.states.keys() ?? []].at(1) ?? "latest";
    const { result, errors } = await restoreHere(trial.vaults[0] ?? "", target, { at }, ports);
    return { errors: Math.max(result.errors, errors.length) };
  }),
];

const references = new WeakMap<World, Map<string, Reference>>();

/** Runs a command without faults, once, and the backup after it. */
export async function referenceOf(world: World, command: Command): Promise<Reference> {
  let known = references.get(world);
  if (known === undefined) references.set(world, known = new Map());
  let reference = known.get(command.name);
  if (reference === undefined) {
    known.set(command.name, reference = await makeReference(world, command));
  }
  return reference;
}

async function makeReference(world: World, command: Command): Promise<Reference> {
  using trial = startTrial(world);
  const ran = await command.run(world, trial, { hour: TRIAL });
  if (ran.thrown !== undefined) throw ran.thrown;
  const reference: Reference = { removed: new Map(), contents: new Map(), stamps: new Map() };
  for (const [i, name] of VAULTS.entries()) {
    const vault = trial.vaults[i] ?? "";
    reference.contents.set(name, new Set(contentsOf(vault).keys()));
    reference.stamps.set(name, new Set(tell(vault).states.keys()));
  }
  mustBeClean(await runBackup(world.source, trial.vaults, { hour: TRIAL + 1 }));
  for (const [i, name] of VAULTS.entries()) {
    const after = contentsOf(trial.vaults[i] ?? "");
    const before = world.before.get(name)?.contents ?? new Map<string, string>();
    // what the command removes may come back with the next run, where the source has it again
    const left = (hash: string): boolean =>
      after.has(hash) && reference.contents.get(name)?.has(hash) === true;
    reference.removed.set(name, new Set([...before.keys()].filter((hash) => !left(hash))));
  }
  if (command.name === "restore") restored.set(world, stateOf(targetOf(trial)));
  return reference;
}

const restored = new WeakMap<World, Map<string, string>>();

/** What a restore without faults leaves in the target. */
export function restoredState(world: World): Map<string, string> {
  return restored.get(world) ?? new Map();
}
