/** The promises that every trial is held against: nothing lost, errors named, the next run mends. */

import { isAbsolute, join, SEPARATOR } from "@std/path";
import { HikaeError } from "../../src/base/errors.ts";
import type { FsCall } from "../../src/platform/doubles/tap.ts";
import {
  contentsOf,
  filesOf,
  GONE,
  isTemporary,
  type State,
  stateOf,
  tell,
  type Told,
} from "./tell.ts";
import { type Command, type Reference, restoredState, targetOf } from "./commands.ts";
import { type Ran, runBackup, TRIAL, type Trial, VAULTS, type World } from "./world.ts";
import { stateDirectory } from "../helpers/cli_helper.ts";
import { setIndexAside } from "../helpers/index_helper.ts";

/** A command on trial. */
export interface OnTrial {
  world: World;
  command: Command;
  reference: Reference;
  trial: Trial;
}

/** Thrown when a promise is broken. */
export class Broken extends Error {
  override readonly name = "Broken";
}

function name(i: number): string {
  return VAULTS[i] ?? "";
}

/** No content that was in a vault before is missing, but what a run without faults removes. */
export function nothingLost({ world, trial, reference }: OnTrial, when: string): void {
  for (const [i, vault] of trial.vaults.entries()) {
    const now = contentsOf(vault);
    const removed = reference.removed.get(name(i));
    for (const [hash, path] of world.before.get(name(i))?.contents ?? []) {
      if (now.has(hash) || removed?.has(hash)) continue;
      throw new Broken(`${when}: the content of ${path} is nowhere in vault ${name(i)} any more`);
    }
  }
}

/** Lines of `a` and `b` that differ. */
function differing(a: State, b: State): string[] {
  const paths = new Set([...a.keys(), ...b.keys()]);
  return [...paths].filter((p) => a.get(p) !== b.get(p));
}

function show(paths: readonly string[], wanted: State, got: State): string {
  return paths.slice(0, 5).map((p) =>
    `\n  ${JSON.stringify(p)}: wanted ${wanted.get(p)}, got ${got.get(p)}`
  ).join("");
}

/** A restore that was cut off is repeated: then all is there as without a fault, and nothing else. */
export async function repeatRestores(on: OnTrial): Promise<void> {
  const { world, trial, command } = on;
  if (command.name !== "restore") return;
  const { thrown } = await command.run(world, trial, { hour: TRIAL });
  if (thrown !== undefined) throw new Broken(`the same restore again threw ${thrown}`);
  const got = stateOf(targetOf(trial));
  const wrong = differing(restoredState(world), got).filter((p) => p !== "");
  if (wrong.length > 0) {
    throw new Broken(`the same restore again${show(wrong, restoredState(world), got)}`);
  }
}

/** A vault that says it did well holds the source as it is; one with errors differs only where it says so. */
export function outcomeTrue(on: OnTrial, ran: Ran, hit: FsCall | undefined): void {
  const { world, trial } = on;
  if (ran.thrown !== undefined) {
    if (!(ran.thrown instanceof HikaeError)) {
      throw new Broken(`something untyped was thrown: ${(ran.thrown as Error).stack}`, {
        cause: ran.thrown,
      });
    }
    if (ran.thrown.path === undefined) throw new Broken(`no path: ${ran.thrown.message}`);
    return;
  }
  if (["backup", "lanes", "mend"].includes(on.command.name)) backupTrue(world, trial, ran, hit);
  else if (ran.outcomes.every((o) => o.errors === 0)) commandTrue(on, hit);
}

/** A command that says that it did well came to what it comes to without faults. */
function commandTrue(
  { world, trial, reference, command }: OnTrial,
  lied: FsCall | undefined,
): void {
  if (lied !== undefined) return;
  if (command.name === "restore") {
    const got = stateOf(targetOf(trial));
    const wrong = differing(restoredState(world), got).filter((p) => p !== "");
    if (wrong.length === 0) return;
    throw new Broken(`the restore said it did well${show(wrong, restoredState(world), got)}`);
  }
  for (const [i, vault] of trial.vaults.entries()) {
    const now = contentsOf(vault);
    const wanted = reference.contents.get(name(i)) ?? new Set();
    const more = [...now].filter(([hash]) => !wanted.has(hash)).map(([, path]) => path);
    const less = [...wanted].filter((hash) => !now.has(hash));
    if (more.length + less.length > 0) {
      throw new Broken(`vault ${name(i)}: it did well, but left ${more} and lost ${less}`);
    }
  }
}

function backupTrue(world: World, trial: Trial, ran: Ran, hit: FsCall | undefined): void {
  const said = ran.messages.filter((m) => m.message_type === "error");
  const unseen = vanished(world, hit);
  for (const [i, o] of ran.outcomes.entries()) {
    const vault = trial.vaults[i] ?? "";
    if (o.failed !== undefined) {
      if (!(o.failed.path ?? "").startsWith(vault)) {
        throw new Broken(`vault ${name(i)} failed without its path: ${o.failed.message}`);
      }
      if (hit !== undefined && !touches(hit, vault) && !touches(hit, world.source)) {
        throw new Broken(`vault ${name(i)} failed though the fault was elsewhere`);
      }
      continue;
    }
    const state = tell(vault).states.get(o.stamp ?? "");
    if (state === undefined) throw new Broken(`vault ${name(i)} did well but has no snapshot`);
    const named = said.map((m) => String(m.path));
    const wrong = differing(world.state, state).filter((p) =>
      !(o.errors > 0 && named.some((n) => related(n, p))) &&
      !unseen.some((n) => related(n, p))
    );
    if (wrong.length > 0) {
      throw new Broken(
        `vault ${name(i)} said ${o.errors} errors and differs${show(wrong, world.state, state)}`,
      );
    }
  }
}

/** What the system says is not there any more need not be stored, nor be an error. */
function vanished(world: World, hit: FsCall | undefined): string[] {
  if (hit === undefined || !touches(hit, world.source)) return [];
  return [below(hit.path, world.source)];
}

/** The part of a path below a root, as messages have it. */
function below(path: string, root: string): string {
  return path.slice(root.length + 1).replaceAll(SEPARATOR, "/");
}

function touches(call: FsCall, root: string): boolean {
  return [call.path, call.to, ...call.paths ?? []].some((p) =>
    p === root || p?.startsWith(root + SEPARATOR)
  );
}

function related(named: string, path: string): boolean {
  return named === path || named === "" || path === "" || path.startsWith(`${named}/`) ||
    named.startsWith(`${path}/`) || parent(named) === path;
}

function parent(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** An error that was met is told, with the path that it is about: in a vault that of what was being stored there. */
export function errorNamed({ world, trial }: OnTrial, ran: Ran, hit: FsCall): void {
  if (ran.thrown !== undefined) return;
  const trouble = ran.outcomes.some((o) => o.failed !== undefined || o.errors > 0);
  if (!trouble) return;
  const paths = ran.messages.filter((m) => m.message_type === "error").map((m) => String(m.path));
  const own = hit.path;
  // whatever the index at home says is no trouble of a command
  if (own.startsWith(stateDirectory())) return;
  const vault = trial.vaults.find((v) => touches(hit, v));
  // `restore` writes neither into a source nor into a vault
  if (own.startsWith(targetOf(trial))) return;
  const ok = paths.some((p) =>
    vault === undefined
      ? related(p, below(own, world.source)) || own === p
      : (!isAbsolute(p) || p === vault || p.startsWith(vault + SEPARATOR)) || own === vault
  );
  if (!ok) throw new Broken(`no error names ${own}: ${JSON.stringify(paths)}`);
}

/** The system's own words where ours should stand first: a sentence that begins with a capital and has its number. */
const RAW = /^(?:[a-z]+: )?(?:Error: )?[A-Z][^(]*\(os error \d+\)/;

/** Each error says what happened in words of ours, and what to do next; no note shows a mistake of hikae's own. */
export function helpful({ messages, thrown }: Ran): void {
  const own = thrown instanceof HikaeError ? [{ message: thrown.message, hint: thrown.hint }] : [];
  const errors = [...messages.filter((m) => m.message_type === "error"), ...own];
  for (const { message, hint } of errors) {
    if (RAW.test(String(message))) throw new Broken(`in the system's words: ${message}`);
    if (typeof hint !== "string" || hint === "") throw new Broken(`no next step: ${message}`);
  }
  for (const { message, message_type: type } of messages) {
    if (type !== "note" || !/already called|is not open|no transaction/.test(String(message))) {
      continue;
    }
    throw new Broken(`a mistake of its own: ${message}`);
  }
}

/** Runs whose records have a first line and no last one, by vault. */
export function begunRuns({ world, trial }: OnTrial): string[][] {
  return trial.vaults.map((vault, i) => {
    const runs = join(vault, ".$META$", "runs");
    const known = world.before.get(name(i))?.states;
    return [...Deno.readDirSync(runs)].map((e) => e.name.replace(".jsonl", "")).filter((stamp) => {
      if (known?.has(stamp)) return false;
      const lines = Deno.readTextFileSync(join(runs, `${stamp}.jsonl`)).split("\n");
      return lines.length > 1 && lines[0]?.startsWith('{"kind":"run"') &&
        !lines.some((l) => l.startsWith('{"kind":"summary"') && l.endsWith("}"));
    });
  });
}

/** Such a run is listed as interrupted ever after. */
export function listedInterrupted({ trial }: OnTrial, begun: readonly string[][]): void {
  for (const [i, vault] of trial.vaults.entries()) {
    const { interrupted } = tell(vault);
    if (begun[i]?.every((stamp) => interrupted.includes(stamp))) continue;
    throw new Broken(`vault ${name(i)} lists ${interrupted} as interrupted, not ${begun[i]}`);
  }
}

/**
 * The next run ends clean, and then everything is as if there had been no trouble. After a disk that `lied` (it said
 * that a file is not there which is) the answers still agree, but not each line behind them.
 */
export async function nextRunMends(on: OnTrial, lied = false): Promise<void> {
  const { world, trial } = on;
  const next = await runBackup(world.source, trial.vaults, { hour: TRIAL + 1 });
  clean(next, "the next run");
  nothingLost(on, "after the next run");
  for (const [i, vault] of trial.vaults.entries()) vaultWhole(on, vault, i, next, lied);
  const again = await runBackup(world.source, trial.vaults, { hour: TRIAL + 2 });
  clean(again, "the run after the next");
  for (const m of again.messages) {
    if (m.message_type !== "summary") continue;
    const s = m as unknown as Record<string, number>;
    for (const key of ["new", "changed", "deleted", "attrs", "repaired"]) {
      if (s[`files_${key}`] !== 0) {
        throw new Broken(`the run after the next still has ${s[`files_${key}`]} files_${key}`);
      }
    }
  }
}

function clean(ran: Ran, which: string): void {
  if (ran.thrown !== undefined) {
    throw new Broken(`${which} threw ${ran.thrown}`, { cause: ran.thrown });
  }
  for (const o of ran.outcomes) {
    if (o.failed !== undefined) {
      throw new Broken(`${which} failed: ${o.failed.message}`, { cause: o.failed });
    }
    if (o.errors > 0) {
      const said = ran.messages.filter((m) => m.message_type === "error");
      throw new Broken(`${which} had errors: ${JSON.stringify(said)}`);
    }
  }
}

function vaultWhole(on: OnTrial, vault: string, i: number, ran: Ran, lied: boolean): void {
  const { world } = on;
  const left = filesOf(vault).filter(isTemporary);
  if (left.length > 0) throw new Broken(`left in vault ${name(i)}: ${left.join(", ")}`);
  const told = tell(vault);
  if (told.from !== "file") throw new Broken(`the catalog of vault ${name(i)} is not up to date`);
  const stamp = ran.outcomes[i]?.stamp ?? "";
  const now = told.states.get(stamp) ?? new Map<string, string>();
  const wrong = differing(world.state, now);
  if (wrong.length > 0) {
    throw new Broken(`vault ${name(i)} is not the source${show(wrong, world.state, now)}`);
  }
  pastWhole(on, told, i);
  catalogTrue(vault, told, i, lied);
  sharingTrue(on, vault, i);
}

/** Living copies that are one file agree in what they were: a copy has the time of its own original. */
function sharingTrue({ world }: OnTrial, vault: string, i: number): void {
  if (Deno.build.os === "windows") return;
  for (const path of filesOf(vault)) {
    if (path.includes(".$META$")) continue;
    const { nlink, mtime } = Deno.lstatSync(join(vault, path));
    const wanted = world.state.get(path)?.split(" ").at(-1);
    if ((nlink ?? 1) < 2 || wanted === undefined || String(mtime?.getTime()) === wanted) continue;
    throw new Broken(`vault ${name(i)}: ${path} has the time ${mtime?.getTime()}, not ${wanted}`);
  }
}

/** Readers find everything at once: nobody has to back up before a restore. */
export function readable(on: OnTrial): void {
  for (const [i, vault] of on.trial.vaults.entries()) pastWhole(on, tell(vault), i);
}

/** Snapshots from before are still there, and read as they did but for what the limit of generations takes. */
function pastWhole({ world, reference }: OnTrial, told: Told, i: number): void {
  const removed = reference.removed.get(name(i));
  for (const [stamp, wanted] of world.before.get(name(i))?.states ?? []) {
    const got = told.states.get(stamp);
    if (got === undefined && !reference.stamps.get(name(i))?.has(stamp)) continue;
    if (got === undefined) throw new Broken(`vault ${name(i)} forgot the snapshot ${stamp}`);
    const wrong = differing(wanted, got).filter((p) => {
      const hash = wanted.get(p)?.split(" ")[1] ?? "";
      const without = got.get(p)?.startsWith(`${GONE} ${hash}`) ||
        got.get(p)?.includes(" nowhere ");
      return !(without && removed?.has(hash)) &&
        !(wanted.get(p)?.includes(" nowhere ") && got.get(p) !== undefined);
    });
    if (wrong.length > 0) {
      throw new Broken(`snapshot ${stamp} of vault ${name(i)}${show(wrong, wanted, got)}`);
    }
  }
}

/** A catalog made anew from the plain files gives the same answers. */
function catalogTrue(vault: string, told: Told, i: number, lied: boolean): void {
  const putBack = setIndexAside(vault);
  const anew = tell(vault);
  putBack();
  const a = told.versions.filter((v) => !anew.versions.includes(v));
  const b = anew.versions.filter((v) => !told.versions.includes(v));
  if (a.length + b.length > 0 && !lied) {
    throw new Broken(
      `a rebuilt catalog of vault ${name(i)} says otherwise\n  kept: ${
        a.slice(0, 5).join("\n  ")
      }\n  anew: ${b.slice(0, 5).join("\n  ")}`,
    );
  }
  for (const [stamp, state] of told.states) {
    const wrong = differing(state, anew.states.get(stamp) ?? new Map());
    if (wrong.length > 0) {
      throw new Broken(
        `rebuilt, snapshot ${stamp} of vault ${name(i)} differs${
          show(wrong, state, anew.states.get(stamp) ?? new Map())
        }`,
      );
    }
  }
}
