/** Cleanup, prune and delete cut at every step, and on a sick or full disk: the next run mends it, nothing is lost. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { HikaeError } from "../../src/base/errors.ts";
import { type DiskFault, faulty } from "../../src/platform/doubles/faulty.ts";
import { Killed, stepping } from "../../src/platform/doubles/stepping.ts";
import type { Around, FsCall } from "../../src/platform/doubles/tap.ts";
import { LINKS, type TreeSpec } from "../helpers/cli_helper.ts";
import { Grown, Link, listTree, LONG, META } from "../helpers/maintain_helper.ts";

/** A step in seven (odd ones and even ones), each with HIKAE_EVERY_STEP=1; a start of the engine takes Wine longer. */
const STRIDE = Deno.build.os === "windows" ? 13 : Deno.env.has("HIKAE_EVERY_STEP") ? 1 : 7;

/** A link, where links can be made. */
const link: TreeSpec = LINKS ? { link: new Link("f") } : {};

/** A small vault in which every command has something of each kind to do. */
async function grow(g: Grown): Promise<void> {
  g.put({ f: "0", gone: "0", [LONG]: "0", d: { x: "0" }, ...link });
  await g.backup();
  g.day(1).put({ f: "1", gone: "1", [LONG]: "1" });
  await g.backup();
  g.day(2).drop("gone", LONG, "d", ...Object.keys(link)).put({ d: "a file now" });
  await g.backup();
  g.day(3).put({ f: "3", gone: "again" });
  await g.backup();
  g.day(4);
}

const WORK: Record<string, (g: Grown, around?: Around) => Promise<unknown>> = {
  cleanup: (g, around) => g.cleanupDays(0, around),
  prune: (g, around) => g.prune({ policy: { last: 1 } }, around),
  delete: (g, around) => g.delete(["20260502_120000", "20260501_120000"], {}, around),
};

/** A vault that is copied back before each cut. */
class Template implements Disposable {
  readonly g = new Grown();
  #copy = "";

  async make(): Promise<void> {
    await grow(this.g);
    this.#copy = `${this.g.path}/copy`;
    copyTree(this.g.vault, this.#copy);
  }

  reset(): void {
    Deno.removeSync(this.g.vault, { recursive: true });
    copyTree(this.#copy, this.g.vault);
  }

  [Symbol.dispose](): void {
    this.g[Symbol.dispose]();
  }
}

/** The lock is there already: to open it takes no room. */
function makesFile(call: FsCall): boolean {
  return call.op === "open" && call.effect === "change" && !/[\\/]lock$/.test(call.path);
}

function copyTree(from: string, to: string): void {
  Deno.mkdirSync(to);
  for (const e of Deno.readDirSync(from)) {
    if (e.isDirectory) copyTree(`${from}/${e.name}`, `${to}/${e.name}`);
    else Deno.copyFileSync(`${from}/${e.name}`, `${to}/${e.name}`);
  }
}

/** What must hold after a command that broke off: nothing that lives is touched, and the next runs mend the rest. */
async function assertMends(
  g: Grown,
  command: string,
  states: Record<string, Record<string, string>>,
): Promise<void> {
  const current = g.sourceState();
  // no answer before the next run is wrong: a file is what it was, or said to be gone
  for (const { stamp } of g.list()) {
    for (const [path, is] of Object.entries(g.snapshot(stamp))) {
      const was = states[stamp]?.[path];
      assert(is === was || is === "gone" || is.endsWith("nowhere"), `${stamp} ${path}: ${is}`);
    }
  }
  assertEquals(g.snapshot(g.list().at(-1)?.stamp ?? ""), current);
  // what the command took away is no damage, though nobody has mended its record yet
  const { damaged, missing, errors } = g.verify();
  const told = g.messages.filter((m) => m.message_type === "error");
  assertEquals([damaged, missing, errors, told], [0, 0, 0, []]);
  const next = await g.day(5).backup();
  assertEquals(g.messages.filter((m) => m.message_type === "error"), []);
  const summary = g.messages.find((m) => m.message_type === "summary") as Record<string, unknown>;
  assertEquals([summary.files_new, summary.files_changed, summary.files_repaired], [0, 0, 0]);
  g.assertSound();
  assertEquals(g.snapshot(next), current);
  for (const { stamp, state } of g.list()) {
    const now = Object.entries(g.snapshot(stamp));
    const whole = now.every(([path, is]) => is === states[stamp]?.[path]);
    if (stamp !== next) assertEquals(state, whole ? "complete" : "partial", stamp);
    assert(
      now.every(([path, is]) => stamp === next || is === "gone" || is === states[stamp]?.[path]),
    );
  }
  // and the command itself comes to its end
  await WORK[command]?.(g).catch((error) => {
    // what a broken delete has forgotten cannot be forgotten again
    if (!(error instanceof HikaeError) || error.id !== "no_such_snapshot") throw error;
  });
  g.assertSound();
  const rows = g.dump();
  g.reindex();
  assertEquals(g.dump(), rows);
  assertEquals(listTree(g.vault).filter((p) => p.includes("$TMP@")), []);
}

for (const command of Object.keys(WORK)) {
  Deno.test(`${command}, killed at any step, is mended by the next run`, async () => {
    using template = new Template();
    await template.make();
    const { g } = template;
    const states = Object.fromEntries(g.list().map((s) => [s.stamp, g.snapshot(s.stamp)]));
    for (let at = 0;; at += STRIDE) {
      template.reset();
      g.day(4);
      const process = stepping(at, at % 2 === 1);
      try {
        await WORK[command]?.(g, process.around);
      } catch (error) {
        if (!(error instanceof Killed) && !process.dead) throw error;
      }
      try {
        await assertMends(g, command, states);
      } catch (error) {
        throw new Error(`step ${at}`, { cause: error });
      }
      if (!process.dead) {
        assert(at > 15, `${at} steps`);
        break;
      }
    }
  });

  Deno.test(`${command} with one call that fails loses nothing`, async () => {
    using template = new Template();
    await template.make();
    const { g } = template;
    const states = Object.fromEntries(g.list().map((s) => [s.stamp, g.snapshot(s.stamp)]));
    const faults: DiskFault[] = ["ENOSPC", "EIO", "torn"];
    // every call is too many for a suite: a different third of them for each kind of fault
    for (let at = 0;; at += 2 * STRIDE) {
      template.reset();
      g.day(4);
      const disk = faulty(at, faults[at % 3] ?? "EIO");
      let n = 0;
      const counting: Around = (call, work) => {
        n++;
        return disk.around(call, work);
      };
      try {
        await WORK[command]?.(g, counting);
      } catch (error) {
        if (disk.hit === undefined) throw error;
      }
      try {
        await assertMends(g, command, states);
      } catch (error) {
        throw new Error(`${at}: ${JSON.stringify(disk.hit)}`, { cause: error });
      }
      if (n < at) break;
    }
  });
}

for (
  const [after, leaves] of [["a run that it broke off", true], ["a whole run", false]] as const
) {
  Deno.test(`prune, cleanup and delete work after ${after} on a disk that is full until files went`, async () => {
    for (const command of Object.keys(WORK)) {
      using g = new Grown();
      await grow(g);
      if (leaves) breakOff(g);
      const out = await WORK[command]?.(g, fullUntilWent(leaves ? 2 : 1)) as Record<string, number>;
      assert(Number(out.versions) >= 2, `${command}: ${JSON.stringify(out)}`);
      assertEquals(out.errors, 0);
      // what the command took away itself is not told as a loss when the index is made anew
      assertEquals(g.messages.filter((m) => m.message_type === "error"), []);
      const next = await g.day(6).backup();
      assertEquals(g.messages.filter((m) => m.message_type === "error"), []);
      assertEquals(g.snapshot(next), g.sourceState());
      g.assertSound();
      if (command !== "prune") continue;
      assertEquals(g.list().filter((s) => s.state === "complete").length, 2);
    }
  });
}

Deno.test("a version that a share says once is not there goes all the same", async () => {
  for (const command of Object.keys(WORK)) {
    using plain = new Grown();
    using g = new Grown();
    await grow(plain);
    await WORK[command]?.(plain);
    await grow(g);
    const denied = new Set<string>();
    await WORK[command]?.(g, (call, work) => {
      const past = call.op === "lstat" && /\$(OLD|DEL)/.test(call.path);
      if (!past || denied.has(call.path)) return work();
      denied.add(call.path);
      throw Object.assign(new Error("no such file"), { code: "ENOENT" });
    });
    assert(denied.size > 0);
    assertEquals(listTree(g.vault), listTree(plain.vault), command);
  }
});

/** A record without an end, as a full disk leaves one. */
function breakOff(g: Grown): void {
  const broken = g.in(META, "runs", "20260505_110000.jsonl");
  const head = { kind: "run", format: 1, stamp: "20260505_110000", time: "2026-05-05T11:00:00Z" };
  Deno.writeTextFileSync(broken, `${JSON.stringify({ ...head, source: g.source, host: "" })}\n`);
}

/** Without a record to tell of it no more than one version goes. */
function fullUntilWent(enough: number): Around {
  let removed = 0;
  return (call, work) => {
    const grows = call.op === "file.write" || call.op.startsWith("sql.exec") ||
      call.op === "sql.run" || makesFile(call);
    if (call.op === "remove" && /\$(OLD|DEL)/.test(call.path)) removed++;
    if (grows && removed < enough) {
      throw Object.assign(new Error("No space left on device"), { code: "ENOSPC" });
    }
    return work();
  };
}

Deno.test("prune on a disk that stays full takes one version and no more, and is done when there is room", async () => {
  using g = new Grown();
  await grow(g);
  const full: Around = (call, work) => {
    const grows = call.op === "file.write" || call.op === "sql.exec COMMIT" ||
      makesFile(call);
    if (grows) throw Object.assign(new Error("No space left on device"), { code: "ENOSPC" });
    return work();
  };
  const past = (): number => listTree(g.vault).filter((p) => /\$(OLD|DEL)/.test(p)).length;
  const before = past();
  await assertRejects(() => g.prune({ policy: { last: 1 } }, full));
  assertEquals(past(), before - 1);
  await g.day(5).backup();
  await g.prune({ policy: { last: 1 } });
  assertEquals(g.list().map((s) => s.state), ["complete"]);
  g.assertSound();
});

Deno.test("prune, killed while it forgets, leaves no beginning whose end is told no more", async () => {
  using g = new Grown();
  g.put({ f: "0", k: "0" });
  await g.backup();
  g.day(1).drop("f");
  const deleted = await g.backup();
  for (let day = 2; day < 4; day++) {
    g.day(day).put({ [`n${day}`]: "n" });
    await g.backup();
  }
  g.day(5);
  await g.prune({ policy: { last: 3 }, keepMinVersions: 9 });
  await g.cleanup({ date: deleted, rule: "that second" });
  const copy = `${g.path}/copy`;
  copyTree(g.vault, copy);
  for (let at = 0, dead = true; dead; at++) {
    Deno.removeSync(g.vault, { recursive: true });
    copyTree(copy, g.vault);
    // made of the records alone the index lacks what no snapshot needs, of which lines tell yet
    g.reindex();
    const dying = stepping(at);
    await g.prune({ policy: { last: 1 } }, dying.around).catch(() => {});
    dead = dying.dead;
    await g.prune({ policy: { last: 1 } });
    g.reindex();
    assertEquals(
      g.list().map((s) => Object.keys(g.snapshot(s.stamp))),
      [["k", "n2", "n3"]],
      `${at}`,
    );
  }
  g.assertSound();
});
