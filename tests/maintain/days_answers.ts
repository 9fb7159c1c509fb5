/** Every question that a vault can be asked, and the answer that the model gives to it. */

import { assertEquals, assertRejects } from "@std/assert";
import type { Message } from "../../src/base/event.ts";
import { HikaeError } from "../../src/base/errors.ts";
import { cat } from "../helpers/ask.ts";
import { diff } from "../helpers/ask.ts";
import { find } from "../helpers/ask.ts";
import { history } from "../helpers/ask.ts";
import { list } from "../helpers/ask.ts";
import { ls } from "../helpers/ask.ts";
import type { LookRequest } from "../../src/engine/query/query_point.ts";
import { status } from "../../src/engine/query/status.ts";
import type { EnginePorts } from "../../src/engine/ports.ts";
import { type DaysModel, type ModelSnapshot, type ModelVersion, sizeOf } from "./days_model.ts";
import { type Chance, pick, readState, type Stored } from "./days_source.ts";
import type { Grown } from "../helpers/maintain_helper.ts";
import { sha } from "../backup/model_spec.ts";

/** A vault, what it should be, and chance. */
export interface Asked {
  g: Grown;
  model: DaysModel;
  chance: Chance;
}

type Fields = Record<string, unknown>;

/** The messages of one question; those of the given types. */
export async function ask(
  { g }: Asked,
  type: Message["message_type"],
  question: (ports: EnginePorts, vault: LookRequest) => unknown,
): Promise<Fields[]> {
  const ports = g.ports();
  await question(ports, { root: g.vault, windows: false });
  return g.messages.filter((m) => m.message_type === type).map(({ message_type: _, ...m }) => m);
}

/** The hash that an entry has in the answers. */
export function hashOf(what: { type: string; text: string }): string | null {
  return what.type === "dir" ? null : sha(what.text);
}

const time = (ms: number): string => new Date(ms).toISOString();
const byText = <T>(text: (one: T) => string) => (a: T, b: T): number => text(a) < text(b) ? -1 : 1;

/** How many of a snapshot's files and links the vault has no more. */
export function lostOf(s: ModelSnapshot): string[] {
  return [...s.holds.values()].filter((v) => v.gone !== null).map((v) => v.path).sort();
}

/** `list`, and what `status` says of the newest run. */
export async function compareList(asked: Asked): Promise<void> {
  const { g, model } = asked;
  const told = await ask(asked, "snapshot", list);
  const wanted = model.snapshots.map((s) => {
    const lost = lostOf(s).length;
    const state = lost > 0 ? { state: "partial", lost } : { state: "complete" };
    return { stamp: s.stamp, ...state, errors: 0, ...s.counts };
  });
  assertEquals(told.map((t, i) => only(t, wanted[i] ?? {}, "lost")), wanted);
  const [newest] = status(g.ports(), { roots: [g.vault] });
  const last = model.snapshots.at(-1);
  assertEquals([newest?.last?.stamp, newest?.good?.stamp], [last?.stamp, last?.stamp] as unknown[]);
  const counts = newest?.good?.summary ?? {};
  assertEquals(only({ ...counts }, last?.counts ?? {}), last?.counts as unknown);
}

/** The fields of `told` that `wanted` has, and `more` if it is there. */
export function only(told: Fields, wanted: Fields, ...more: string[]): Fields {
  return Object.fromEntries(
    Object.entries(told).filter(([key]) => key in wanted || more.includes(key)),
  );
}

function entries(s: ModelSnapshot, below = "", depth = Infinity): Fields[] {
  const levels = (path: string): number => path === "" ? 0 : path.split("/").length;
  return [...s.state]
    .filter(([path]) => path !== "" && isBelow(path, below))
    .filter(([path]) => levels(path) <= levels(below) + depth)
    .sort(byText(([path]) => path))
    .map(([path, e]) => ({
      path,
      type: e.type,
      size: e.type === "dir" ? null : sizeOf(e),
      mtime: time(e.mtime),
      hash: hashOf(e),
      ...(s.holds.get(path)?.gone == null ? {} : { gone: true }),
    }));
}

/** True for a path and all below it. */
export function isBelow(path: string, below: string): boolean {
  return below === "" || path === below || path.startsWith(`${below}/`);
}

/** `ls` of every snapshot, and of parts of some. */
export async function compareLs(asked: Asked): Promise<void> {
  const { model, chance } = asked;
  for (const s of model.snapshots) {
    const told = await ask(asked, "entry", (p, v) => ls(p, { ...v, at: s.stamp }));
    assertEquals(told, entries(s), s.stamp);
  }
  for (let i = 0; i < 20; i++) {
    const s = pick(chance, model.snapshots);
    const below = pick(chance, [...s.state.keys()]);
    const depth = chance(3);
    const question = { at: s.stamp, ...(below === "" ? {} : { path: below }), depth };
    const told = await ask(asked, "entry", (p, v) => ls(p, { ...v, ...question }));
    assertEquals(told, entries(s, below, depth), JSON.stringify(question));
  }
}

/** What a person may write for a snapshot, and the one that is meant: the newest not after it. */
export function points({ g, model, chance }: Asked, count: number): [string, string | undefined][] {
  const stamps = model.snapshots.map((s) => s.stamp);
  const upTo = (limit: string): string | undefined => stamps.filter((s) => s <= limit).at(-1);
  const two = (n: number): string => String(n).padStart(2, "0");
  const digits = (d: Date): string =>
    `${d.getFullYear()}${two(d.getMonth() + 1)}${two(d.getDate())}_` +
    `${two(d.getHours())}${two(d.getMinutes())}${two(d.getSeconds())}`;
  const out: [string, string | undefined][] = [["latest", stamps.at(-1)]];
  for (let i = 0; i < count; i++) {
    const back = chance(stamps.length + 3);
    out.push([`latest~${back}`, stamps[stamps.length - 1 - back]]);
    // any second since before the first run
    const then = new Date(g.now - 1000 * chance(210 * 86_400));
    const [day, clock] = [digits(then).slice(0, 8), digits(then).slice(9)];
    const date = `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`;
    const hour = `${clock.slice(0, 2)}:${clock.slice(2, 4)}`;
    out.push([date, upTo(`${day}_235959`)]);
    out.push([`${date} ${hour}`, upTo(`${day}_${clock.slice(0, 4)}00`)]);
    out.push([`${date}T${hour}:${clock.slice(4)}`, upTo(digits(then))]);
    out.push([then.toISOString(), upTo(digits(then))]);
    const ago = new Date(g.now);
    const days = chance(220);
    ago.setDate(ago.getDate() - days);
    out.push([`${days}d`, upTo(digits(ago))]);
    ago.setDate(ago.getDate() - 7);
    out.push([`1w${days}d`, upTo(digits(ago))]);
    const hours = chance(4000);
    out.push([`${hours}h`, upTo(digits(new Date(g.now - hours * 3_600_000)))]);
  }
  return out;
}

/** Every way to write a point in time, by what `ls` says that it chose. */
export async function comparePoints(asked: Asked): Promise<void> {
  for (const [at, stamp] of points(asked, 8)) {
    const question = (): Promise<Fields[]> =>
      ask(asked, "summary", (p, v) => ls(p, { ...v, at, depth: 0 }));
    if (stamp === undefined) {
      const error = await assertRejects(question, HikaeError);
      assertEquals((error as HikaeError).id, "no_such_snapshot", at);
    } else assertEquals((await question())[0]?.stamp, stamp, at);
  }
}

/** What differs between two states, by path. */
export function changes(
  a: ReadonlyMap<string, Stored>,
  b: ReadonlyMap<string, Stored>,
): { path: string; type: string; modifier: string }[] {
  const out: { path: string; type: string; modifier: string }[] = [];
  for (const path of new Set([...a.keys(), ...b.keys()])) {
    const [was, is] = [a.get(path), b.get(path)];
    if (is === undefined) out.push({ path, type: was?.type ?? "", modifier: "-" });
    else if (was === undefined) out.push({ path, type: is.type, modifier: "+" });
    else if (was.type !== is.type) out.push({ path, type: is.type, modifier: "T" });
    else if (was.text !== is.text) out.push({ path, type: is.type, modifier: "M" });
  }
  return out.sort(byText((c) => c.path));
}

/** A file that moved is told as one change; here as what went and what came, which is all that the model knows. */
function apart(told: Fields[], a: ReadonlyMap<string, Stored>): Fields[] {
  return told.flatMap((c) => {
    if (c.modifier !== "R") return [c];
    const from = String(c.from);
    assertEquals(a.has(from), true, `${from} was there`);
    return [{ path: from, type: c.type, modifier: "-" }, {
      path: c.path,
      type: c.type,
      modifier: "+",
    }];
  }).sort(byText((c) => String(c.path)));
}

/** `diff` of pairs in both directions, of a part, and with the source as it is now. */
export async function compareDiff(asked: Asked): Promise<void> {
  const { g, model, chance } = asked;
  for (let i = 0; i < 15; i++) {
    const [a, b] = [pick(chance, model.snapshots), pick(chance, model.snapshots)];
    const path = pick(chance, [
      "",
      "docs",
      "src/lib",
      "two words",
      pick(chance, [...b.state.keys()]),
    ]);
    const wanted = changes(a.state, b.state).filter((c) => isBelow(c.path, path));
    const request = { a: a.stamp, b: b.stamp, path };
    const told = await ask(asked, "change", (p, v) => diff(p, { ...v, ...request }));
    assertEquals(apart(told, a.state), wanted, JSON.stringify(request));
  }
  const source = readState(g.source);
  for (const s of [pick(chance, model.snapshots), pick(chance, model.snapshots)]) {
    const request = { a: s.stamp, source: g.source };
    const told = await ask(asked, "change", (p, v) => diff(p, { ...v, ...request }));
    assertEquals(told, changes(s.state, source), `${s.stamp} and the source`);
  }
}

/** A version, as `history` and `find` tell of it. */
function line(v: ModelVersion): Fields {
  const state = v.until === null ? "current" : v.ended === "changed" ? "old" : "deleted";
  return {
    path: v.path,
    type: v.type,
    from: v.since,
    to: v.until,
    state,
    size: v.type === "dir" ? null : sizeOf(v),
    mtime: time(v.mtime),
    hash: hashOf(v),
    came: v.came,
    ended: v.ended,
    gone: v.gone,
    ...(v.gone === null ? {} : { gone_by: v.goneBy }),
  };
}

/** The lines that are told, held against the versions that are known; a place where content lies has it. */
function compareVersions({ g, model }: Asked, told: Fields[], known: ModelVersion[]): void {
  const wanted = [...known].sort((a, b) =>
    a.path === b.path ? byText<ModelVersion>((v) => v.until ?? "9")(a, b) : a.path < b.path ? -1 : 1
  ).map(line);
  const idle = [...model.idle];
  // of past directories that no snapshot needs the vault may tell, or only that its tree was moved, or nothing
  const isIdle = (t: Fields): boolean =>
    idle.some((v) =>
      v.path === t.path && (v.since === t.from || t.from === "unknown" && t.type === "dir")
    );
  const certain = (list: Fields[]): Fields[] =>
    list.filter((t) => !isIdle(t)).map((t) => {
      // what moved is held against the model in tests of its own
      const { stored_as: _, moved: _m, ...fields } = t;
      if (t.type !== "dir") return fields;
      const came = idle.some((v) => v.path === t.path) && t.came === "recreated" ? "new" : t.came;
      // one that became a file takes its tree with it, or had none to take
      return { ...fields, came, ended: t.ended === "replaced" ? "deleted" : t.ended };
    });
  assertEquals(certain(told), certain(wanted));
  for (const t of told) {
    if (t.gone !== null) assertEquals(t.stored_as, null);
    if (t.type === "dir" || t.gone !== null) continue;
    assertEquals(sha(Deno.readTextFileSync(g.in(String(t.stored_as)))), t.hash as string);
  }
}

/** `history` of every path that is known, and of one that is not. */
export async function compareHistory(asked: Asked): Promise<void> {
  const { model } = asked;
  const known = model.known.filter((v) => !model.idle.has(v));
  for (const path of new Set(known.map((v) => v.path))) {
    const told = await ask(asked, "version", (p, v) => history(p, { ...v, path }));
    // what it was before under another name comes first
    const own = told.filter((v) => v.path === path);
    compareVersions(asked, own, model.known.filter((v) => v.path === path));
  }
  const error = await assertRejects(
    () => ask(asked, "version", (p, v) => history(p, { ...v, path: "docs/never" })),
    HikaeError,
  );
  assertEquals((error as HikaeError).id, "no_such_path");
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** Globs, and in other words what they match. */
export const GLOBS: readonly [string, (path: string) => boolean][] = [
  ["*.txt", (p) => nameOf(p).endsWith(".txt")],
  ["?.txt", (p) => nameOf(p).length === 5 && p.endsWith(".txt")],
  ["[ab].*", (p) => /^[ab]\../.test(nameOf(p))],
  ["{c.md,todo*}", (p) => nameOf(p) === "c.md" || nameOf(p).startsWith("todo")],
  ["docs/**", (p) => p.startsWith("docs/")],
  ["src/**/a.txt", (p) => p.startsWith("src/") && nameOf(p) === "a.txt"],
  ["*/*.png", (p) => p.split("/").length === 2 && p.endsWith(".png")],
  ["\\[odd\\].txt", (p) => nameOf(p) === "[odd].txt"],
  ["/todo", (p) => p === "todo"],
  ["lib", (p) => nameOf(p) === "lib"],
];

/** `find` of every glob, and of everything. */
export async function compareFind(asked: Asked): Promise<void> {
  for (const [glob, matches] of [...GLOBS, ["*", () => true] as const]) {
    const request = { glob, ignoreCase: false };
    const told = await ask(asked, "version", (p, v) => find(p, { ...v, ...request }));
    const known = asked.model.known.filter((v) => v.path !== "" && matches(v.path));
    compareVersions(asked, told, known);
  }
}

/** `cat` of paths of all kinds. */
export async function compareCat(asked: Asked): Promise<void> {
  const { g, model, chance } = asked;
  for (let i = 0; i < 40; i++) {
    const s = pick(chance, model.snapshots);
    const path = pick(chance, [...s.state.keys()].filter((p) => p !== ""));
    const bytes: Uint8Array[] = [];
    const ports = { ...g.ports(), data: (some: Uint8Array) => void bytes.push(some) };
    const request = { root: g.vault, windows: false, path, at: s.stamp };
    const { type, text } = s.state.get(path) ?? { type: "dir", text: "" };
    const gone = s.holds.get(path)?.gone != null;
    if (type === "file" && !gone) {
      assertEquals((await cat(ports, request)).stamp, s.stamp);
      assertEquals(await new Blob(bytes as BlobPart[]).text(), text);
      continue;
    }
    const why = gone
      ? "removed from the vault"
      : type === "dir"
      ? "a directory"
      : `link to ${text}`;
    await assertRejects(() => cat(ports, request), HikaeError, why);
  }
}
