/** A wide directory that a restore makes comes in parts; nothing of it is lost, nor taken for another. */

import { assertEquals } from "@std/assert";
import type { Message } from "../../src/base/event.ts";
import type { FileSystem } from "../../src/base/fs.ts";
import { Reader } from "../../src/engine/reader.ts";
import { RestoreContext } from "../../src/engine/restore/context.ts";
import { groupsOf } from "../../src/engine/restore/groups.ts";
import { RestoredNames } from "../../src/engine/restore/link_groups.ts";
import { RestorePlanner } from "../../src/engine/restore/plan.ts";
import { Protection } from "../../src/engine/restore/protect.ts";
import { resolvePicks } from "../../src/engine/restore/restore_picks.ts";
import { RestoreTarget } from "../../src/engine/restore/target.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { tapFs } from "../../src/platform/doubles/tap.ts";
import { isThere, makeTree, read, tempDir } from "../helpers/cli_helper.ts";
import { backUp, enginePorts } from "../helpers/engine_helper.ts";
import { restoreOn, restoreRequest } from "../helpers/restore_helper.ts";

/** More than one part has. */
const COUNT = 4300;

function nameOf(i: number): string {
  return `f${String(i).padStart(5, "0")}`;
}

function makeWide(at: string, more: Record<string, string> = {}): void {
  const files = Object.fromEntries(
    Array.from({ length: COUNT }, (_, i) => [nameOf(i), `${i}`]),
  );
  makeTree(at, { wide: { ...files, ...more, sub: { deep: { a: "a" } } }, z: { b: "b" } });
}

Deno.test("restore: a wide directory comes back whole, with what lies below it, each name looked for once it is there", async () => {
  using dir = tempDir();
  makeWide(dir.at("s"));
  await backUp(dir.at("s"), [dir.at("v")]);
  for (const lanes of [0, 2]) {
    const target = dir.at(`t${lanes}`);
    let listed = 0;
    const fs = tapFs(denoFs, (call, work) => {
      if (call.op.startsWith("list") && call.path === `${target}/wide`) listed++;
      return work();
    });
    const { errors, result } = await restoreOn(dir.at("v"), target, {}, fs, lanes);
    assertEquals(errors, []);
    assertEquals(result.counts.files_restored, COUNT + 2);
    for (let i = 0; i < COUNT; i++) assertEquals(read(`${target}/wide/${nameOf(i)}`), `${i}`);
    assertEquals([read(`${target}/wide/sub/deep/a`), read(`${target}/z/b`)], ["a", "b"]);
    assertEquals(listed, 1);
  }
});

Deno.test("restore: names that a target takes for one are told, in whatever parts of a wide directory they come", async () => {
  using dir = tempDir();
  // one comes before all others, one after them
  makeWide(dir.at("s"), { RIVAL: "upper", rival: "lower" });
  await backUp(dir.at("s"), [dir.at("v")]);
  for (const lanes of [0, 2]) {
    const target = dir.at(`t${lanes}`);
    const fs = takingForOne(denoFs, `${target}/wide`, ["RIVAL", "rival"]);
    const { errors, result } = await restoreOn(dir.at("v"), target, {}, fs, lanes);
    assertEquals(errors.map((e) => e.code), ["name"]);
    assertEquals(result.counts.files_restored, COUNT + 3);
    const there = ["RIVAL", "rival"].filter((name) => isThere(`${target}/wide/${name}`));
    assertEquals(there.length, 1);
    const [name = ""] = there;
    assertEquals(read(`${target}/wide/${name}`), name === "RIVAL" ? "upper" : "lower");
  }
});

Deno.test("restore: what goes out of the index while a wide directory is written is told, not left out", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { a: "a", b: "b", c: "c" });
  await backUp(dir.at("s"), [dir.at("v")]);
  const told: Message[] = [];
  const ports = { ...enginePorts(), emit: (m: Message) => void told.push(m) };
  const request = restoreRequest(dir.at("v"), dir.at("t"));
  const reader = Reader.open(ports, request.vault);
  try {
    const target = new RestoreTarget(ports.fs, request.target, ports.separator);
    const c = new RestoreContext(ports, reader, request, target);
    for (const last of [2, 3]) {
      const planner = new RestorePlanner(c, new Protection(c), new RestoredNames(c, []), false);
      planner.fresh.add("");
      for (const group of groupsOf(resolvePicks(ports, reader, request))) {
        const { entries } = group;
        // as if it were wide, and its last entry gone before its turn
        await planner.plan({ ...group, entries: entries.slice(0, 1), more: true });
        await planner.plan({ ...group, entries: entries.slice(1, last), part: 1 });
      }
    }
    const errors = told.filter((m) => m.message_type === "error");
    assertEquals(errors.map((m) => "path" in m && m.path), [""]);
    assertEquals(c.errors, 1);
  } finally {
    reader.close();
  }
});

Deno.test("restore: a name that a target may take for one of another part is written with care", async () => {
  using dir = tempDir();
  makeTree(dir.at("s"), { NAME: "upper", name: "lower", other: "o" });
  await backUp(dir.at("s"), [dir.at("v")]);
  const request = restoreRequest(dir.at("v"), dir.at("t"));
  const ports = enginePorts();
  const reader = Reader.open(ports, request.vault);
  try {
    const target = new RestoreTarget(ports.fs, request.target, ports.separator);
    const c = new RestoreContext(ports, reader, request, target);
    const planner = new RestorePlanner(c, new Protection(c), new RestoredNames(c, []), false);
    planner.fresh.add("");
    const careful: string[] = [];
    for (const group of groupsOf(resolvePicks(ports, reader, request))) {
      for (const [part, v] of [...group.entries].entries()) {
        const more = part < 2;
        const plan = await planner.plan({ ...group, entries: [v], part, more });
        for (const step of plan?.steps ?? []) {
          if (step.do === "file" && step.careful) careful.push(step.v.name);
        }
      }
    }
    assertEquals(careful.sort(), ["NAME", "name"]);
  } finally {
    reader.close();
  }
});

/** A disk that takes some names of one directory for the same. */
function takingForOne(fs: FileSystem, at: string, names: readonly string[]): FileSystem {
  const real = (path: string): string => {
    if (!names.some((name) => path === `${at}/${name}`)) return path;
    return names.map((name) => `${at}/${name}`).find((one) => fs.exists(one)) ?? path;
  };
  return {
    ...fs,
    lstat: (p) => fs.lstat(real(p)),
    exists: (p) => fs.exists(real(p)),
    open: (p, o) => fs.open(real(p), o),
    rename: (from, to) => fs.rename(real(from), real(to)),
    link: (from, to) => fs.link(real(from), real(to)),
    remove: (p) => fs.remove(real(p)),
    chmod: (p, m) => fs.chmod(real(p), m),
    utime: (p, a, m) => fs.utime(real(p), a, m),
  };
}
