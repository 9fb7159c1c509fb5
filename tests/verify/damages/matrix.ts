/** The damage matrix: each kind of damage, at each place, met by each command. */

import { Reader } from "../../../src/engine/reader.ts";
import { enginePorts } from "../../helpers/engine_helper.ts";
import { setIndexAside } from "../../helpers/index_helper.ts";
import { parseMetadata } from "../../../src/vault/metadata.ts";
import { parseNames } from "../../../src/vault/names_file.ts";
import { removeTree } from "../../helpers/cli_helper.ts";
import { type Answer, ask, questions } from "./asked.ts";
import { type Chance, chanceFrom, KINDS, WITHOUT_LINES } from "./kinds.ts";
import { type Column, Table } from "./table.ts";
import { copyOf, filesOf, loseIndex, makeWorld, type PlaceName, type World } from "./world.ts";
import { write, WRITERS } from "./writers.ts";

export { type PlaceName, PLACES } from "./world.ts";

/** What is done. */
export interface MatrixRun {
  places: readonly PlaceName[];
  /** So often each kind is done at each place. */
  times: number;
  seed: number;
  /** Only these kinds. */
  kinds?: readonly string[];
  /** So many questions and writers of all meet each damage; all where it is not given. */
  questions?: number | undefined;
  writers?: number | undefined;
  print?: (text: string) => void;
}

/** Ids of errors by which a vault is refused as a whole, as the design says. */
const REFUSED = ["bad_vault", "no_vault"];

/** Does the damages and counts what commands make of them. */
export async function runDamages(run: MatrixRun): Promise<Table> {
  using world = await makeWorld();
  const table = new Table();
  for (const place of run.places) {
    const kinds = place === "index" ? WITHOUT_LINES : Object.keys(KINDS);
    for (const kind of kinds.filter((k) => run.kinds?.includes(k) !== false)) {
      for (let i = 0; i < run.times; i++) {
        const chance = chanceFrom(hashOf(`${run.seed} ${place} ${kind} ${i}`));
        await oneDamage(
          world,
          { run, place, kind, name: `${kind} ${run.seed}.${i}`, chance },
          table,
        );
      }
    }
    run.print?.(`${place}: ${table.damages} damages, ${table.faults.length} faults`);
  }
  return table;
}

/** A damage that is to be done. */
interface Case {
  run: MatrixRun;
  place: PlaceName;
  kind: string;
  name: string;
  chance: Chance;
}

async function oneDamage(world: World, c: Case, table: Table): Promise<void> {
  using damaged = copyOf(world, world.grown.vault);
  const done = damage(world, damaged.vault, c);
  if (done === undefined) return;
  table.damages++;
  const what = `${c.name}, ${done}`;
  const said = await askAll(
    world,
    damaged,
    c,
    (name, column, more) =>
      table.add(`${c.place}, ${name.split(" ")[0]}`, column, `${name} ${more}: ${what}`),
  );
  // its index is of before, or of after the damage
  for (const name of some(Object.keys(WRITERS), c.run.writers, c.chance)) {
    using copy = copyOf(world, damaged.vault);
    const { column, more } = await writeOne(world, copy, name, said);
    table.add(`${c.place}, ${name}`, column, `${more}: ${what}`);
  }
}

/** Damages a file of the vault; gives which one, undefined where nothing came of it. */
function damage(world: World, vault: string, { place, kind, chance }: Case): string | undefined {
  const indexed = place === "index" || chance(2) === 0;
  // none at all: not even one of another copy, which would be taken over
  if (!indexed) loseIndex(vault);
  else Reader.open(enginePorts(), vault).close();
  const files = filesOf(place, vault);
  const path = files[chance(files.length)];
  if (path === undefined) throw new Error(`nothing of ${place} is there`);
  const foreign = kind === "another of its kind" && chance(3) === 0 && place !== "index";
  const others = (foreign ? filesOf(place, world.other.vault) : files).map((p) =>
    Deno.readFileSync(p)
  );
  const before = Deno.readFileSync(path);
  const after = KINDS[kind]?.(before, others, chance);
  if (after === undefined) Deno.removeSync(path);
  else if (isSame(before, after) || saysTheSame(place, before, after)) return undefined;
  else Deno.writeFileSync(path, after);
  return `${path.slice(path.lastIndexOf("/") + 1)}${indexed ? "" : ", no index"}`;
}

/** True when nobody reads another thing out of the file: a line twice, one without its end. */
function saysTheSame(place: PlaceName, before: Uint8Array, after: Uint8Array): boolean {
  if (place !== "metadata" && place !== "names.txt") return false;
  const [one, two] = [before, after].map((bytes) => {
    const text = new TextDecoder().decode(bytes);
    const metadata = place === "names.txt" ? undefined : parseMetadata(text);
    const map = place === "names.txt" ? parseNames(text) : metadata?.files;
    return JSON.stringify([metadata?.directoryHash, [...map ?? ["damaged"]].sort()]);
  });
  return one === two;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Some of many, all where no number is given. */
function some<T>(all: readonly T[], n: number | undefined, chance: Chance): T[] {
  if (n === undefined) return [...all];
  const left = [...all];
  return Array.from({ length: Math.min(n, all.length) }, () => left.splice(chance(left.length), 1))
    .flat();
}

type Count = (name: string, column: Column, more: string) => void;

/** Asks all questions; gives which snapshots were restored as they were. */
async function askAll(
  world: World,
  trial: { vault: string; room: string },
  c: Case,
  count: Count,
): Promise<Set<string>> {
  const all = questions(world.stamps);
  const right = new Set<string>();
  const listed = await ask(all.list ?? (() => 0), trial.vault, trial.room, world.grown.now);
  for (const name of some(Object.keys(all), c.run.questions, c.chance)) {
    const answer = await ask(all[name] ?? (() => 0), trial.vault, trial.room, world.grown.now);
    const column = columnOf(name, answer, world, c.place, listed);
    if (column === "right" && name.startsWith("restore ")) right.add(name.slice(8));
    count(name, column, answer.ended ?? "");
  }
  removeIfThere(trial.room);
  return right;
}

function removeIfThere(path: string): void {
  try {
    removeTree(path);
  } catch {
    // nothing was restored
  }
}

function columnOf(
  name: string,
  answer: Answer,
  world: World,
  place: PlaceName,
  listed: Answer,
): Column {
  const truth = world.truth.get(name);
  if (answer.ended !== undefined) {
    if (REFUSED.includes(answer.ended)) return place === "vault.json" ? "refused" : "gaveUp";
    const isListed = (stamp: string): boolean => listed.data.some((l) => l.includes(stamp));
    const isLost = answer.ended === "no_such_snapshot" &&
      world.stamps.some((s) => name.includes(s) && !isListed(s));
    // a snapshot that is not there any more is asked for by its name; some questions have no answer anyway
    return isLost || truth?.ended !== undefined ? "told" : "gaveUp";
  }
  if (answer.data.join() === truth?.data.join()) {
    const must = name === "verify" &&
      (place === "record" || place === "metadata" || place === "names.txt");
    return must && !answer.told ? "silent" : answer.told ? "told" : "right";
  }
  // a run without its last line is listed as one that broke off, and nothing on the disk tells more
  const isBroken = ["list", "report", "status"].includes(name) &&
    listed.data.some((l) => l.includes('"interrupted"'));
  return answer.told || isBroken || saysLess(answer, truth) ? "told" : "silent";
}

/** True when an answer is the truth but for what it says that it does not know: null in the place of a value. */
function saysLess(answer: Answer, truth: Answer | undefined): boolean {
  return answer.data.length === truth?.data.length && answer.data.every((line, i) => {
    const other = truth.data[i] ?? "";
    if (line === other) return true;
    const [said, known] = [objectOf(line), objectOf(other)];
    if (said === undefined || known === undefined) return false;
    return new Set([...Object.keys(said), ...Object.keys(known)]).values().every((key) =>
      said[key] === null || JSON.stringify(said[key]) === JSON.stringify(known[key])
    );
  });
}

function objectOf(line: string): Record<string, unknown> | undefined {
  const value: unknown = JSON.parse(line);
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as Record<string, unknown>
    : undefined;
}

/** Has a writer work on a damaged vault, and looks what is left of what could be restored before. */
async function writeOne(
  world: World,
  copy: { vault: string; room: string },
  name: string,
  before: ReadonlySet<string>,
): Promise<{ column: Column; more: string }> {
  const { source } = world.grown;
  const { stamps } = world;
  const now = world.grown.now;
  const wrote = await write(name, { vault: copy.vault, source, stamps, now });
  if (wrote.ended !== undefined) {
    const listed = await ask(questions(stamps).list ?? (() => 0), copy.vault, copy.room, now);
    // as for a question: what nothing tells of any more cannot be deleted by its name
    const isLost = wrote.ended === "no_such_snapshot" && listed.told &&
      !listed.data.some((line) => line.includes(stamps[5] ?? ""));
    const column = REFUSED.includes(wrote.ended) ? "refused" : isLost ? "told" : "gaveUp";
    return { column, more: wrote.ended };
  }
  const wrong = await wrongRestores(
    world,
    copy,
    /^(prune|cleanup|delete)/.test(name) ? undefined : before,
  );
  // what only the index knew is lost, and nothing may be told wrongly for that; the next writer has it again
  const putBack = setIndexAside(copy.vault);
  wrong.push(...await wrongRestores(world, copy, undefined));
  putBack();
  removeIfThere(copy.room);
  if (wrong.length > 0) return { column: "silent", more: wrong.join(", ") };
  return { column: wrote.told ? "told" : "right", more: "" };
}

/** The snapshots that are listed and come back wrongly without a word, or that came back `before` and do not now. */
async function wrongRestores(
  world: World,
  copy: { vault: string; room: string },
  before: ReadonlySet<string> | undefined,
): Promise<string[]> {
  const all = questions(world.stamps);
  const { now } = world.grown;
  const listed = await ask(all.list ?? (() => 0), copy.vault, copy.room, now);
  const wrong: string[] = [];
  for (const stamp of world.stamps) {
    if (!listed.data.some((line) => line.includes(stamp))) continue;
    const question = `restore ${stamp}`;
    const answer = await ask(all[question] ?? (() => 0), copy.vault, copy.room, now);
    if (answer.data.join() === world.truth.get(question)?.data.join()) continue;
    // what a rule took is not there any more, and the restore says so
    if (!answer.told) wrong.push(stamp);
    else if (before?.has(stamp)) wrong.push(`${stamp} was there before`);
  }
  removeIfThere(copy.room);
  return wrong;
}

function hashOf(text: string): number {
  let hash = 2166136261;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  return hash >>> 0;
}
