import { fromFileUrl } from "@std/path";
import { assert, assertEquals, assertLess } from "@std/assert";
import { StorableNames } from "../../src/portable/storable_names.ts";
import type { SnapshotEntry } from "../../src/portable/format.ts";
import { pathProblem, windowsProblem } from "../../src/portable/names.ts";
import { type Found, lookAtSnapshot } from "../../src/portable/look.ts";
import { dirEntry, documentOf, fileEntry, inTemp, restore, testPorts } from "./portable_support.ts";

const ROOT = fromFileUrl(new URL("../..", import.meta.url));

function entry(path: string, type: SnapshotEntry["type"] = "file"): SnapshotEntry {
  return { path, type, mtime: undefined, mode: undefined, size: 0, target: "" };
}

function leftOut(
  windows: boolean,
  foldsNames: boolean,
  entries: readonly SnapshotEntry[],
): string[] {
  const told: string[] = [];
  const admission = new StorableNames({ windows, foldsNames }, (path) => void told.push(path));
  const admitted = entries.filter((e) => admission.admit(e)).map((e) => e.path);
  return [...told, "|", ...admitted];
}

Deno.test("names that are one on the output's file system are not written over each other", () => {
  const entries = [
    entry("A", "dir"),
    entry("A/x"),
    entry("B"),
    entry("a", "dir"),
    entry("a/y"),
    entry("c", "dir"),
    entry("c/E\u0301"),
    entry("c/\u00e9"),
    entry("d"),
  ];
  const all = entries.map((e) => e.path);
  assertEquals(leftOut(false, false, entries), ["|", ...all]);
  const one = ["A", "A/x", "B", "c", "c/E\u0301", "d"];
  assertEquals(leftOut(false, true, entries), ["a", "c/\u00e9", "|", ...one]);
});

Deno.test("names that Windows cannot have are left out there", () => {
  const bad = [
    "a\\b",
    "a:b",
    "con",
    "CON.txt",
    "lpt1",
    "COM\u00b9.x",
    "dot.",
    "space ",
    "q?",
    "n\n",
  ];
  for (const name of bad) {
    assert(windowsProblem(`dir/${name}`) !== undefined, name);
    assertEquals(pathProblem(`dir/${name}`), undefined);
  }
  for (const name of ["console", "com", "com10", "a.b", ".a", "nul1"]) {
    assertEquals(windowsProblem(name), undefined);
  }
  const entries = [entry("aux", "dir"), entry("aux/x"), entry("ok")];
  assertEquals(leftOut(true, false, entries), ["aux", "|", "ok"]);
});

Deno.test("the example in docs/portable.md is a snapshot", async () => {
  const text = Deno.readTextFileSync(`${ROOT}docs/portable.md`);
  const example = /```json\n([\s\S]*?)```/.exec(text)?.[1] ?? "";
  await inTemp(async (dir) => {
    Deno.writeTextFileSync(`${dir}/s.json`, example);
    const result = await restore(testPorts(), `${dir}/s.json`, `${dir}/out`);
    assertEquals([result.files, result.links, result.errors], [1, 1, 0]);
    assertEquals(Deno.readTextFileSync(`${dir}/out/todo/yesterday`), "hello");
  });
});

Deno.test("the schema's patterns agree with the reader", () => {
  const schema = JSON.parse(Deno.readTextFileSync(`${ROOT}docs/portable.schema.json`));
  const path = new RegExp(schema.$defs.path.pattern, "us");
  const paths = [
    "a",
    "a/b",
    "a\\b",
    "..a",
    "a..",
    "a/..b",
    "\n",
    "a\n/b",
    "/a",
    "\\a",
    "C:",
    "a/C:",
    "..",
    ".",
    "a/..",
    "a/../b",
    "\n/..",
    "..\\a",
    "a\\..",
    "a/./b",
    "a//b",
    "a/",
    "a\0",
    "",
  ];
  for (const p of paths) assertEquals(path.test(p), pathProblem(p) === undefined, p);
  const written = { ...dirEntry("d"), ...fileEntry("f", "x") };
  for (const key of Object.keys(written)) assert(key in schema.$defs.entry.properties, key);
  assertEquals(Object.keys(documentOf([])).sort(), Object.keys(schema.properties).sort());
});

Deno.test("a look reads the head and the end of a large snapshot, not its contents", async () => {
  await inTemp((dir) => {
    const whole = JSON.stringify(documentOf([fileEntry("f", "x".repeat(9_000_000))]));
    Deno.writeTextFileSync(`${dir}/s.json`, whole);
    let bytes = 0;
    const ports = testPorts();
    const open = ports.fs.open;
    ports.fs = {
      ...ports.fs,
      open: (path, options) => {
        const handle = open(path, options);
        const read = handle.read.bind(handle);
        handle.read = (buffer): number => {
          const n = read(buffer);
          bytes += n;
          return n;
        };
        return handle;
      },
    };
    const found: Found | undefined = lookAtSnapshot(ports, `${dir}/s.json`, "s.json");
    assertEquals([found?.state, found?.totals?.bytes], ["complete", 9_000_000]);
    assertLess(bytes, 1_200_000);
  });
});

const PEAK = `
import { restore, take, testPorts } from "${ROOT}tests/portable/portable_support.ts";
const dir = Deno.args[0];
const taken = await take(testPorts(), dir + "/src", dir + "/snapshots");
await restore(testPorts(), taken.path, dir + "/out");
console.log(Deno.readTextFileSync("/proc/self/status").match(/VmHWM:\\s*(\\d+)/)[1]);
`;

Deno.test({
  name: "memory does not grow with a file: 200 MiB there and back in less than 200 MB",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await inTemp(async (dir) => {
      Deno.mkdirSync(`${dir}/src`);
      using file = Deno.openSync(`${dir}/src/sparse`, { write: true, create: true });
      file.truncateSync(200 * 1024 * 1024);
      Deno.writeTextFileSync(`${dir}/peak.ts`, PEAK);
      const child = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--no-check", `--config=${ROOT}deno.json`, `${dir}/peak.ts`, dir],
        stderr: "inherit",
      }).output();
      const peak = Number(new TextDecoder().decode(child.stdout));
      assert(peak > 0);
      assertLess(peak * 1024, 200_000_000);
      assertEquals(Deno.statSync(`${dir}/out/sparse`).size, 200 * 1024 * 1024);
    });
  },
});
