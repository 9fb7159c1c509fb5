/**
 * The disk of a vault is taken away while a command works in it, and is back soon, or when the command has ended: where the
 * vault was lies an empty directory meanwhile. Nothing that is merely not there may be told to be gone.
 */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { backup } from "../../src/engine/backup/backup.ts";
import { cleanup } from "../../src/engine/maintain/cleanup.ts";
import { deleteSnapshots, prune } from "../../src/engine/maintain/prune.ts";
import type { MaintainRequest } from "../../src/engine/maintain/request.ts";
import type { EnginePorts } from "../../src/engine/ports.ts";
import { verify } from "../../src/engine/verify/verify.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { tapFs } from "../../src/platform/doubles/tap.ts";
import { unmounting } from "../../src/platform/doubles/unmounted.ts";
import { isThere, names, removeTree } from "../helpers/cli_helper.ts";
import { backupRequest } from "../helpers/engine_helper.ts";
import { indexPlace } from "../helpers/index_helper.ts";
import { Grown, growRich, LONG } from "../helpers/maintain_helper.ts";
import { copyTree } from "./world.ts";

/** One in so many calls is the first that meets an empty directory; HIKAE_EVERY=1 tries them all. */
const EVERY = Number(Deno.env.get("HIKAE_EVERY") ?? 13);

/** How many calls it lies there: one takes a ms here. */
const AWAY = [20, 60, Infinity];

type Snapshots = ReadonlyMap<string, Record<string, string>>;

/** A vault with a past and a source that has changed since, put back for each trial. */
class Vaults implements Disposable {
  readonly g = new Grown();
  readonly point: string;
  readonly #kept: [from: string, to: string][] = [];
  before: Snapshots = new Map();

  constructor() {
    this.point = join(this.g.path, "point");
  }

  async grow(): Promise<this> {
    const { g } = this;
    await growRich(g);
    this.before = snapshotsOf(g);
    g.drop("stays", "swap").put({ a: "a20", nd: { n: "n", s: { m: "m" } }, d: { x: "x20" } });
    g.put({ swap: "file", top: "top", [LONG]: "long 20" });
    for (const [i, path] of [g.vault, g.source, this.#index].entries()) {
      const to = join(g.path, `kept ${i}`);
      copyTree(path, to);
      this.#kept.push([to, path]);
    }
    return this;
  }

  get #index(): string {
    return indexPlace(Deno.realPathSync(this.g.vault))?.dir ?? "";
  }

  /** Puts everything back as it was. */
  again(): void {
    for (const [from, to] of this.#kept) {
      removeTree(to);
      copyTree(from, to);
    }
    if (isThere(this.point)) removeTree(this.point);
    Deno.mkdirSync(this.point);
    this.g.day(20);
  }

  dropIndex(): void {
    removeTree(this.#index);
  }

  [Symbol.dispose](): void {
    this.g[Symbol.dispose]();
  }
}

function snapshotsOf(g: Grown): Snapshots {
  return new Map(g.list().map(({ stamp }) => [stamp, g.snapshot(stamp)]));
}

interface Work {
  run: (ports: EnginePorts, g: Grown) => unknown;
  /** What the vault went through before. */
  before?: (v: Vaults) => Promise<void>;
}

function request({ vault: root }: Grown): MaintainRequest {
  return { root, given: root, host: "test", pid: 1, dryRun: false, askPlugins: false };
}

async function backedUp(ports: EnginePorts, g: Grown, maxGenerations?: number): Promise<void> {
  const more = maxGenerations === undefined ? {} : { maxGenerations };
  const [done] = await backup(
    ports,
    backupRequest(g.source, [g.vault], { allowMassChange: true, ...more }),
  );
  if (done?.failed !== undefined) throw done.failed;
}

/** A run that broke off in the middle. */
async function breakOff({ g }: Vaults): Promise<void> {
  let left = 70;
  await g.backup({}, (call, work) => {
    if (call.effect === "change" && call.path.startsWith(g.vault) && left-- <= 0) {
      throw new Error("killed");
    }
    return work();
  }).catch(() => {});
}

const WORKS: Record<string, Work> = {
  prune: { run: (ports, g) => prune(ports, { ...request(g), policy: { last: 3 } }) },
  delete: {
    run: (ports, g) =>
      deleteSnapshots(ports, {
        ...request(g),
        points: g.list().map((s) => s.stamp).slice(1, 4),
      }),
  },
  cleanup: {
    run: (ports, g) =>
      cleanup(ports, { ...request(g), before: g.now - 5 * 86_400_000, rule: "5d" }),
  },
  backup: { run: backedUp },
  "backup with one generation": { run: (ports, g) => backedUp(ports, g, 1) },
  "backup after one that broke off": { run: backedUp, before: breakOff },
  "verify --repair": {
    run: (ports, g) =>
      verify(ports, { ...request(g), repair: true, windows: false, source: g.source }),
    before: async (v) => {
      Deno.removeSync(v.g.in("flip"));
      v.dropIndex();
      await Promise.resolve();
    },
  },
};

/** Does the work while the disk is away from call `from` on, for so many calls; gives how many there were. */
async function away(v: Vaults, work: Work, from: number, calls: number): Promise<number> {
  v.again();
  await work.before?.(v);
  const { g, point } = v;
  const disk = unmounting(denoFs, g.vault, point);
  let n = 0;
  const ports = g.ports();
  const start = g.now;
  const fs = tapFs(disk.fs, (call, work) => {
    if (call.path.startsWith(g.vault)) disk.away(++n >= from && n < from + calls);
    return work();
  });
  try {
    await work.run({ ...ports, fs, clock: { now: () => start + n } }, g);
  } catch {
    // it says what it says: the vault is to be sound
  }
  return n;
}

/** What each snapshot may hold after the work: what it held, or what the work leaves of it. */
function assertKept(g: Grown, before: Snapshots, left: Snapshots, when: string): void {
  const now = snapshotsOf(g);
  for (const [stamp, was] of before) {
    const [meant, is] = [left.get(stamp), now.get(stamp)];
    if (meant === undefined) continue;
    for (const [path, what] of Object.entries(was)) {
      if (is?.[path] === what || is?.[path] === meant[path]) continue;
      assertEquals(is?.[path], what, `${when}: ${path} in ${stamp}`);
    }
  }
}

/** What a work made where its disk was: no more than the directory that it was about to make when that went. */
function madeIn(point: string): string[] {
  const made = names(point);
  const [first = ""] = made;
  return made.length === 1 && Deno.statSync(join(point, first)).isDirectory ? [] : made;
}

for (const [name, work] of Object.entries(WORKS)) {
  Deno.test({
    name: `unmounted in the middle of a ${name}, a vault loses nothing and tells of nothing gone`,
    // no drive goes there while a file on it is open
    ignore: Deno.build.os === "windows",
    fn: async () => {
      using v = await new Vaults().grow();
      const { g } = v;
      const calls = await away(v, work, Infinity, 0);
      const left = snapshotsOf(g);
      // before the vault is open nothing is known of it
      for (let from = 15; from <= calls; from += EVERY) {
        for (const many of AWAY) {
          await away(v, work, from, many);
          const when = `away at call ${from} for ${many}`;
          g.now += 86_400_000;
          await g.backup();
          // the next repair removes what one that broke off left
          if (name === "verify --repair") g.verify({ repair: true });
          g.assertSound();
          assertKept(g, v.before, left, when);
          assertEquals(g.snapshot(g.list().at(-1)?.stamp ?? ""), g.sourceState(), when);
          if (many === Infinity) assertEquals(madeIn(v.point), [], when);
          v.dropIndex();
          assertKept(g, v.before, left, `${when}, without the index`);
        }
      }
    },
  });
}
