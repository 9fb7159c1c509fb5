/** Names that change by case alone, and names that Windows has no way to open, over a port that behaves so. */

import { assert, assertEquals } from "@std/assert";
import { join, SEPARATOR } from "@std/path";
import type { Message } from "../../src/base/event.ts";
import type { FileSystem } from "../../src/base/fs.ts";
import { windowsReason } from "../../src/base/windows_name.ts";
import { backup } from "../../src/engine/backup/backup.ts";
import { unopenable } from "../../src/engine/verify/content.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { caseless } from "../helpers/caseless.ts";
import { listTree, makeTree, record, tempDir } from "../helpers/cli_helper.ts";
import { backupRequest, enginePorts } from "../helpers/engine_helper.ts";

function renamesCase(dir: string): boolean {
  Deno.mkdirSync(join(dir, "probe"));
  Deno.renameSync(join(dir, "probe"), join(dir, "PROBE"));
  const renamed = [...Deno.readDirSync(dir)].some((e) => e.name === "PROBE");
  Deno.removeSync(join(dir, "PROBE"));
  return renamed;
}

Deno.test("windows: a name whose case alone changes is a new name, and the old one is gone", async () => {
  using dir = tempDir();
  const [source, vault] = [dir.at("source"), dir.at("vault")];
  const ports = enginePorts([], caseless(denoFs, dir.path));
  const run = async (): Promise<void> => {
    const [outcome] = await backup(ports, backupRequest(source, [vault]));
    assertEquals([outcome?.failed, outcome?.errors], [undefined, 0]);
  };
  makeTree(source, { "Case.txt": "1", other: "o", d: { x: "below" } });
  await run();
  Deno.removeSync(join(source, "Case.txt"));
  Deno.removeSync(join(source, "d"), { recursive: true });
  makeTree(source, { "cASE.txt": "1", D: { x: "below" } });
  await run();
  const stamp = String(record(vault)[0]?.stamp);
  const living = listTree(vault).filter((p) => !p.includes(".$META$"));
  // Wine does not rename a directory when the case of its name alone changes
  const [d, x] = renamesCase(dir.path) ? ["D/", "D/x"] : ["d/", "d/x"];
  assertEquals(living, [d ?? "", x ?? "", "cASE.txt", "other"].sort());
  const marks = listTree(join(vault, ".$META$")).filter((p) => p.startsWith(".$DEL@"));
  assertEquals(marks.filter((p) => !/.\//.test(p)), [`.$DEL@${stamp}$Case.txt`]);
  await run();
  assertEquals(listTree(vault).filter((p) => !p.includes(".$META$")), living);
});

Deno.test("windows: names that Windows cannot hold, with the reason", () => {
  for (const name of ["a", "con_", "com", "lpt", "a.b", "..a", " a", "conx.txt", "aux-1"]) {
    assertEquals(windowsReason(name), undefined, name);
  }
  const bad = [
    ...["con", "CON.txt", "nul", "aux.", "Com1", "LPT9.x", "prn", "com\u00b2"],
    ...["a.", "a ", "a:b", "a?", "a*b", 'a"', "a<", "a|b", "a\\b", "a\n", "..", "."],
  ];
  for (const name of bad) assertEquals(typeof windowsReason(name), "string", name);
});

Deno.test("windows: of a copy that another system wrote under such a name nothing is known", () => {
  for (const place of ["a/con.txt", "d./in", "a:b", ".$META$/.$DEL@20261121_080000$a:b"]) {
    assertEquals(typeof unopenable(place, "\\"), "string", place);
    assertEquals(unopenable(place, "/"), undefined, place);
  }
  for (const place of ["a/b", ".$META$/$OLD@20261121_080000$con.txt", ".$META$/.$DEL@x$y"]) {
    assertEquals(unopenable(place, "\\"), undefined, place);
  }
});

Deno.test("windows: an entry whose name cannot be asked for is reported, not passed over", async () => {
  using dir = tempDir();
  const [source, vault] = [dir.at("source"), dir.at("vault")];
  makeTree(source, { a: "1" });
  const odd: FileSystem = {
    ...denoFs,
    list: (
      p,
    ) => [...denoFs.list(p), ...(p === source ? [{ name: "aux", type: "file" as const }] : [])],
  };
  const ports = { ...enginePorts([], odd), separator: SEPARATOR };
  const [outcome] = await backup(ports, backupRequest(source, [vault]));
  assertEquals(outcome?.errors, SEPARATOR === "\\" ? 1 : 0);
});

Deno.test("windows: two names that differ by case alone: one is stored, the other named, twice", async () => {
  using dir = tempDir();
  const [source, vault] = [dir.at("source"), dir.at("vault")];
  makeTree(source, { "Twin": "1", b: "2" });
  const fs = caseless(denoFs, dir.path);
  // a directory of NTFS that tells names apart (WSL makes such) has both
  const twins: FileSystem = {
    ...fs,
    list: (
      p,
    ) => [...fs.list(p), ...(p === source ? [{ name: "tWIN", type: "file" as const }] : [])],
  };
  for (let i = 0; i < 2; i++) {
    const messages: Message[] = [];
    const [outcome] = await backup(
      enginePorts(messages, twins),
      { ...backupRequest(source, [vault]), windows: true },
    );
    assertEquals([outcome?.failed, outcome?.errors], [undefined, 1]);
    const told = messages.flatMap((m) => m.message_type === "error" ? [m.path.toLowerCase()] : []);
    assertEquals(told, ["twin"]);
    const living = listTree(vault).filter((p) => !p.includes(".$META$"));
    assertEquals(living.map((p) => p.toLowerCase()).sort(), ["b", "twin"]);
  }
});

Deno.test("a name that the vault's disk refuses, as exFAT does under Linux, is reported with the reason", async () => {
  using dir = tempDir();
  const [source, vault] = [dir.at("source"), dir.at("vault")];
  makeTree(source, { a: "1", odd: "2", d: { "odd": "3", b: "4" } });
  const invalid = (): never => {
    throw Object.assign(new Error("Invalid argument: rename"), { code: "EINVAL" });
  };
  const exfat: FileSystem = {
    ...denoFs,
    open: (path, options) =>
      path.endsWith("odd") && options.createNew ? invalid() : denoFs.open(path, options),
    rename: (from, to) => to.endsWith("odd") ? invalid() : denoFs.rename(from, to),
  };
  const messages: Message[] = [];
  const [outcome] = await backup(enginePorts(messages, exfat), backupRequest(source, [vault]));
  assertEquals([outcome?.failed, outcome?.errors], [undefined, 2]);
  const told = messages.flatMap((m) =>
    m.message_type === "error" ? [`${m.path} ${/may not accept such a name$/.test(m.message)}`] : []
  );
  assertEquals(told.sort(), ["d/odd true", "odd true"]);
  assertEquals(listTree(vault).filter((p) => !p.includes(".$META$")), ["a", "d/", "d/b"]);
});

Deno.test("a name is not blamed for what the disk says of something else", async () => {
  using dir = tempDir();
  const [source, vault] = [dir.at("source"), dir.at("vault")];
  makeTree(source, { a: "1", odd: "2" });
  const busy: FileSystem = {
    ...denoFs,
    rename: (from, to) => {
      if (!to.endsWith(`${SEPARATOR}odd`)) return denoFs.rename(from, to);
      throw Object.assign(new Error("Invalid argument: rename"), { code: "EINVAL" });
    },
  };
  const messages: Message[] = [];
  await backup(enginePorts(messages, busy), backupRequest(source, [vault]));
  const told = messages.flatMap((m) => m.message_type === "error" ? [String(m.message)] : []);
  assertEquals(told.length, 1);
  assert(!/such a name/.test(told[0] ?? ""), told[0]);
  const left = listTree(vault).filter((p) => p.includes("$TMP@"));
  assertEquals(left, []);
});
