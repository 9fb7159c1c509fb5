/** SIGKILL at random moments of the real program on a real tree: what was in the vault stays, the next run mends. */

import { join } from "@std/path";
import { LINKS, removeTree, spawn, tempDir } from "../helpers/cli_helper.ts";
import { backUp } from "../helpers/engine_helper.ts";
import { chanceFrom, type Tally } from "./suites.ts";
import { contentsOf, filesOf, isTemporary, type State, stateOf, tell } from "./tell.ts";
import { setIndexAside } from "../helpers/index_helper.ts";

/** The tree: this many directories with this many files each. */
const DIRS = 30;
const FILES = 16;
/** One directory has more, so that lanes share it. */
const LARGE = 300;

let chance = chanceFrom(1);

/** A number from 0 up to `n`. */
function random(n: number): number {
  return chance(n);
}

function fill(source: string): void {
  for (let d = 0; d < DIRS; d++) {
    Deno.mkdirSync(join(source, `d${d}`, "sub"), { recursive: true });
    for (let f = 0; f < FILES; f++) change(source, d, f, 0);
  }
  stirLarge(source, 0);
}

/** Changes half of the large directory, or fills it. */
function stirLarge(source: string, round: number): void {
  const dir = join(source, "large");
  Deno.mkdirSync(dir, { recursive: true });
  for (let f = round % 2; f < LARGE; f += round === 0 ? 1 : 2) {
    Deno.writeTextFileSync(join(dir, `f${f}`), `${f} ${round}`);
  }
}

function change(source: string, d: number, f: number, round: number): void {
  const size = f === 0 ? 60_000 : 200 + f;
  const text = `${d} ${f} ${round} ${"x".repeat(size)}`;
  Deno.writeTextFileSync(join(source, `d${d}`, f % 2 === 0 ? "sub" : "", `f${f}`), text);
}

/** Changes a third of the tree: contents, a directory that goes, one that becomes a file, new ones, links. */
function stir(source: string, round: number): void {
  for (let d = 0; d < DIRS; d++) {
    const dir = join(source, `d${d}`);
    if (d % 10 === round % 10) {
      removeTree(dir);
      if (round % 2 === 0) Deno.writeTextFileSync(dir, `a file now ${round}`);
      continue;
    }
    if (!isDirectory(dir)) {
      Deno.removeSync(dir);
      Deno.mkdirSync(join(dir, "sub"), { recursive: true });
    }
    Deno.mkdirSync(join(dir, "sub"), { recursive: true });
    for (let f = d % 3; f < FILES; f += 3) change(source, d, f, round);
    const link = join(dir, `link${round % 3}`);
    if (stat(link) !== undefined) Deno.removeSync(link);
    if (LINKS) Deno.symlinkSync(`f${round}`, link);
  }
  stirLarge(source, round);
}

function stat(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch {
    return undefined;
  }
}

function isDirectory(path: string): boolean {
  const info = stat(path);
  if (info === undefined) Deno.mkdirSync(path);
  return info === undefined || info.isDirectory;
}

function records(vault: string): number {
  try {
    return [...Deno.readDirSync(join(vault, ".$META$", "runs"))].length;
  } catch {
    return 0;
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Starts a backup and kills it: one time in four at any moment, else at one after its record was begun. */
async function startAndKill(source: string, vault: string, state: string): Promise<boolean> {
  const before = records(vault);
  const args = ["backup", source, vault, "--allow-mass-change", "--quiet"];
  const child = spawn(args, { env: { HIKAE_STATE_DIR: state } });
  const output = child.output();
  let over = false;
  output.then(() => over = true);
  if (random(4) === 0) await pause(random(900));
  else {
    while (records(vault) === before && !over) await pause(1);
    await pause(random(250));
  }
  let sent = false;
  try {
    if (!over) child.kill("SIGKILL");
    sent = !over;
  } catch {
    // it ended by itself in this very moment
  }
  const { code, signal, stderr } = await output;
  // Windows has no signals: what was killed ends with 1, and has said nothing
  const silent = Deno.build.os === "windows" && sent && code === 1 && stderr.length === 0;
  const killed = signal === "SIGKILL" || silent;
  if (!killed && code !== 0) {
    throw new Error(`ended by itself: ${new TextDecoder().decode(stderr)}`);
  }
  return killed;
}

/** Kills the program `times` times; between the kills a run is let to its end and everything is looked at. */
export async function killProgram(
  times: number,
  say: (text: string) => void,
  seed: number,
): Promise<Tally> {
  chance = chanceFrom(seed);
  // a narrowed worker opens nothing below /dev, so this one is not in memory
  using dir = tempDir();
  const [source, vault, state] = [dir.at("source"), dir.at("vault"), dir.at("state")];
  const tally: Tally = { trials: 0, failures: [] };
  const states = new Map<string, State>();
  fill(source);
  for (let round = 1; tally.trials < times && tally.failures.length < 10; round++) {
    try {
      const known = round === 1 ? new Map<string, string>() : contentsOf(vault);
      for (let kills = 1 + random(2); kills > 0; kills--) {
        if (await startAndKill(source, vault, state)) tally.trials++;
        if (round > 1) assertThere(vault, known);
        if (kills > 1) stir(source, round * 2 + 1);
      }
      await assertMended(source, vault, states, round % 4 === 0);
      assertThere(vault, known);
    } catch (error) {
      const said = error instanceof Error ? error.stack : error;
      const text = `round ${round}: ${said}\nalone: deno task test:faults --only program`;
      tally.failures.push(text);
      say(text);
    }
    if (round % 25 === 0) say(`${tally.trials} kills so far`);
    // not all pasts are read back each time
    if (states.size > 3) states.delete([...states.keys()][random(3)] ?? "");
    stir(source, round * 2);
  }
  return tally;
}

function assertThere(vault: string, known: ReadonlyMap<string, string>): void {
  const now = contentsOf(vault);
  for (const [hash, path] of known) {
    if (!now.has(hash)) throw new Error(`the content of ${path} is nowhere any more`);
  }
}

async function assertMended(
  source: string,
  vault: string,
  states: Map<string, State>,
  rebuilt: boolean,
): Promise<void> {
  const { outcomes, messages } = await backUp(source, [vault], { allowMassChange: true });
  const o = outcomes[0];
  if (o === undefined || o.failed !== undefined || o.errors > 0) {
    throw new Error(`the next run was not clean: ${JSON.stringify(o)} ${JSON.stringify(messages)}`);
  }
  states.set(o.stamp ?? "", stateOf(source));
  const left = filesOf(vault).filter(isTemporary);
  if (left.length > 0) throw new Error(`left: ${left}`);
  const told = tell(vault);
  for (const [stamp, state] of states) same(`snapshot ${stamp}`, state, told.states.get(stamp));
  if (!rebuilt) return;
  const putBack = setIndexAside(vault);
  const anew = tell(vault);
  putBack();
  for (const [stamp, state] of states) same(`rebuilt, ${stamp}`, state, anew.states.get(stamp));
}

function same(what: string, wanted: State, got: State | undefined): void {
  if (got === undefined) throw new Error(`${what} is not there`);
  for (const path of new Set([...wanted.keys(), ...got.keys()])) {
    if (wanted.get(path) === got.get(path)) continue;
    throw new Error(`${what}: ${path} is ${got.get(path)}, not ${wanted.get(path)}`);
  }
}
