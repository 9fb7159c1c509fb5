/** Restores out of the vault of the model: whole trees, paths at points, globs, dry runs. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { RestoreRequest } from "../../src/engine/restore/request.ts";
import { type Asked, changes, GLOBS, isBelow, lostOf } from "./days_answers.ts";
import type { ModelSnapshot } from "./days_model.ts";
import { pick, readState, type Stored } from "./days_source.ts";
import { removeTree } from "../helpers/cli_helper.ts";
import { type Restored, restoreHere } from "../helpers/restore_helper.ts";

type Copy = ReadonlyMap<string, Stored>;

const sorted = (state: Copy): [string, Stored][] => [...state].sort(([a], [b]) => a < b ? -1 : 1);

/** What a restore of some of a snapshot must make: the paths, what lies below them, and the way to them. */
function wanted(s: ModelSnapshot, chosen: (path: string) => boolean): Map<string, Stored> {
  const parents = (path: string): string[] =>
    path.split("/").map((_, i, parts) => parts.slice(0, i).join("/"));
  const all = new Set<string>();
  for (const path of s.state.keys()) {
    if (![...parents(path), path].some(chosen)) continue;
    all.add(path);
    for (const dir of parents(path)) all.add(dir);
  }
  return new Map(
    [...s.state].filter(([path]) => all.has(path) && s.holds.get(path)?.gone === null),
  );
}

/** One directory to restore into, emptied after each use. */
export class Restores {
  readonly #asked: Asked;
  readonly #target: string;

  constructor(asked: Asked) {
    this.#asked = asked;
    this.#target = join(asked.g.path, "target");
  }

  /** Everything that is compared at a checkpoint. */
  async compare(): Promise<void> {
    const { model, chance } = this.#asked;
    for (let i = 0; i < 3; i++) await this.#whole(pick(chance, model.snapshots));
    for (let i = 0; i < 10; i++) await this.#path(pick(chance, model.snapshots));
    await this.#literal();
    for (const [glob, matches] of GLOBS) {
      // a plain name is a path to a restore
      if (/[*?[{]/.test(glob)) await this.#glob(glob, matches);
    }
    for (let i = 0; i < 3; i++) await this.#over();
  }

  #restore(options: Partial<RestoreRequest>): Promise<Restored> {
    const { g } = this.#asked;
    return restoreHere(g.vault, this.#target, options, g.ports());
  }

  #take(): Map<string, Stored> {
    const state = readState(this.#target);
    removeTree(this.#target);
    return state;
  }

  /** A whole snapshot, attributes and all; what is gone is named. */
  async #whole(s: ModelSnapshot): Promise<void> {
    const { errors, result } = await this.#restore({ at: s.stamp });
    assertEquals(result.stamps, [s.stamp]);
    assertEquals(errors.map((e) => e.path).sort(), lostOf(s));
    assertEquals(sorted(this.#take()), sorted(wanted(s, () => true)), s.stamp);
  }

  async #some(what: string, s: ModelSnapshot, chosen: (path: string) => boolean): Promise<void> {
    const { errors, result } = await this.#restore({ paths: [what] });
    assertEquals(result.stamps, [s.stamp], what);
    const below = (path: string): boolean =>
      path.split("/").some((_, i, parts) => chosen(parts.slice(0, i + 1).join("/")));
    assertEquals(errors.map((e) => e.path).sort(), lostOf(s).filter(below), what);
    const state = this.#take();
    const must = wanted(s, chosen);
    // the directory that was named by the user is his
    for (const map of [state, must]) map.delete("");
    assertEquals(sorted(state), sorted(must), what);
  }

  /** `PATH@POINT`. */
  async #path(s: ModelSnapshot): Promise<void> {
    const { chance, model } = this.#asked;
    const path = pick(chance, [...s.state.keys()].filter((p) => p !== ""));
    const text = `${path}@${s.stamp}`;
    // a name that the newest run has wins; none has such a name here
    if (model.snapshots.at(-1)?.state.has(text)) return;
    await this.#some(text, s, (p) => isBelow(p, path));
  }

  /** `todo@3d`, where there may be a file of just that name. */
  async #literal(): Promise<void> {
    const { model, g } = this.#asked;
    const newest = model.snapshots.at(-1);
    if (newest === undefined) return;
    const then = new Date(g.now);
    then.setDate(then.getDate() - 3);
    const day = `${then.getFullYear()}${String(then.getMonth() + 1).padStart(2, "0")}` +
      String(then.getDate()).padStart(2, "0");
    const clock = then.toTimeString().slice(0, 8).replaceAll(":", "");
    const old = model.snapshots.filter((s) => s.stamp <= `${day}_${clock}`).at(-1);
    for (const dir of ["docs/", "src/lib/", "pictures/"]) {
      const [plain, name] = [`${dir}todo`, `${dir}todo@3d`];
      if (newest.state.has(name)) await this.#some(name, newest, (p) => p === name);
      else if (old?.state.has(plain)) await this.#some(name, old, (p) => isBelow(p, plain));
    }
  }

  async #glob(glob: string, matches: (path: string) => boolean): Promise<void> {
    const { chance, model } = this.#asked;
    const having = model.snapshots.filter((s) =>
      [...s.state.keys()].some((p) => p !== "" && matches(p))
    );
    if (having.length === 0) return;
    const s = pick(chance, having);
    // as a path it is tried first
    if (s.state.has(glob)) return;
    await this.#some(`${glob}@${s.stamp}`, s, (p) => p !== "" && matches(p));
  }

  /** One snapshot over another with `--delete`: the dry run tells just what then changes, and writes nothing. */
  async #over(): Promise<void> {
    const { model, chance, g } = this.#asked;
    const whole = model.snapshots.filter((s) => lostOf(s).length === 0);
    const [a, b] = [pick(chance, whole), pick(chance, whole)];
    await this.#restore({ at: a.stamp });
    const told = async (
      plan: boolean,
    ): Promise<{ path: string; type: string; modifier: string }[]> => {
      await this.#restore({ at: b.stamp, delete: true, dryRun: plan, preview: !plan });
      return g.messages.flatMap((m) =>
        m.message_type === "change"
          ? [{ path: String(m.path), type: String(m.type), modifier: String(m.modifier) }]
          : []
      ).sort((x, y) => x.path < y.path ? -1 : 1);
    };
    const expected = changes(a.state, b.state).filter((c) => c.path !== "");
    assertEquals(await told(true), this.#shown(expected, a, b), `${a.stamp} to ${b.stamp}`);
    assertEquals(sorted(readState(this.#target)), sorted(a.state), "a dry run wrote something");
    const over = this.#shown(expected, a, b).filter((c) => c.modifier !== "+");
    assertEquals(await told(false), over, `${a.stamp} to ${b.stamp}`);
    assertEquals(sorted(this.#take()), sorted(b.state), `${a.stamp} to ${b.stamp}`);
  }

  /** What goes is told as the type that it has. */
  #shown(
    list: { path: string; type: string; modifier: string }[],
    a: ModelSnapshot,
    b: ModelSnapshot,
  ): { path: string; type: string; modifier: string }[] {
    return list.map((c) => ({
      ...c,
      type: (b.state.get(c.path) ?? a.state.get(c.path))?.type ?? "",
    }));
  }
}
