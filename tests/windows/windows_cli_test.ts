/** The program on Windows itself (or under Wine): drives, read-only files, files in use, long paths, CRLF. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { backup } from "../../src/engine/backup/backup.ts";
import { errors, listTree, makeTree, read, run, summary, tempDir } from "../helpers/cli_helper.ts";
import { backupRequest, enginePorts } from "../helpers/engine_helper.ts";

const ignore = Deno.build.os !== "windows";

function readOnly(path: string, text: string): void {
  Deno.chmodSync(path, 0o666);
  Deno.writeTextFileSync(path, text);
  Deno.chmodSync(path, 0o444);
}

const CREATE_FILE = {
  CreateFileW: {
    parameters: ["buffer", "u32", "u32", "pointer", "u32", "u32", "pointer"],
    result: "pointer",
  },
  CloseHandle: { parameters: ["pointer"], result: "i32" },
} as const;

/** Opens a file as a program does that lets nobody else in. */
function hold(path: string): Disposable {
  const kernel = Deno.dlopen("kernel32.dll", CREATE_FILE);
  const wide = new Uint16Array([...`${path}\0`].map((c) => c.charCodeAt(0)));
  const handle = kernel.symbols.CreateFileW(
    new Uint8Array(wide.buffer),
    0xC0000000,
    0,
    null,
    3,
    0x80,
    null,
  );
  return {
    [Symbol.dispose]: () => {
      kernel.symbols.CloseHandle(handle);
      kernel.close();
    },
  };
}

Deno.test({
  name: "windows: c:/ and C:\\ and a closing separator name the same source and vault",
  ignore,
  fn: async () => {
    using dir = tempDir();
    makeTree(dir.at("source"), { a: "1" });
    const [source, vault] = [dir.at("source"), dir.at("vault")];
    assertEquals(summary(await run(["backup", source, vault, "--json"])).files_new, 1);
    const lower = (p: string): string =>
      p.slice(0, 1).toLowerCase() + p.slice(1).replaceAll("\\", "/") + "/";
    const again = summary(await run(["backup", lower(source), lower(vault), "--json"]));
    assertEquals([again.files_new, again.files_unmodified, again.errors], [0, 1, 0]);
    const long = summary(await run(["backup", `\\\\?\\${source}`, vault, "--json"]));
    assertEquals([long.files_new, long.files_unmodified], [0, 1]);
    const inside = await run(["backup", source, source.toUpperCase()]);
    assertEquals(inside.code, 2);
  },
});

Deno.test({
  name: "windows: read-only files are backed up, replaced, restored and removed",
  ignore,
  fn: async () => {
    using dir = tempDir();
    const [source, vault] = [dir.at("source"), dir.at("vault")];
    makeTree(source, { ro: "1", gone: "g" });
    readOnly(join(source, "ro"), "1");
    readOnly(join(source, "gone"), "g");
    assertEquals((await run(["backup", source, vault])).code, 0);
    readOnly(join(source, "ro"), "2");
    Deno.chmodSync(join(source, "gone"), 0o666);
    Deno.removeSync(join(source, "gone"));
    assertEquals((await run(["backup", source, vault])).code, 0);
    assertEquals(read(vault, "ro"), "2");
    assertEquals((await run(["restore", vault, "--to", dir.at("out")])).code, 0);
    assertEquals((Deno.lstatSync(dir.at("out", "ro")).mode ?? 0) & 0o222, 0);
    readOnly(dir.at("out", "ro"), "other");
    assertEquals((await run(["restore", vault, "--to", dir.at("out")])).code, 0);
    assertEquals(read(dir.at("out", "ro")), "2");
    assertEquals((await run(["prune", vault, "--keep-last", "1"])).code, 0);
    assertEquals((await run(["verify", vault])).code, 0);
    assert(listTree(vault).every((p) => !p.includes("$OLD@") && !p.includes(".$DEL@")));
  },
});

Deno.test({
  name: "windows: a file in use is tried again, then reported (exit 3), and its old copy stays",
  ignore,
  fn: async () => {
    using dir = tempDir();
    const [source, vault] = [dir.at("source"), dir.at("vault")];
    makeTree(source, { busy: "1", a: "1" });
    assertEquals((await run(["backup", source, vault])).code, 0);
    makeTree(source, { busy: "changed", a: "changed" });
    {
      using _held = hold(join(source, "busy"));
      const r = await run(["backup", source, vault, "--json"]);
      assertEquals(r.code, 3);
      assertEquals(errors(r).map((e) => [e.path, e.code]), [["busy", "EBUSY"]]);
    }
    assertEquals([read(vault, "busy"), read(vault, "a")], ["1", "changed"]);
    assertEquals((await run(["backup", source, vault])).code, 0);
    assertEquals(read(vault, "busy"), "changed");
  },
});

Deno.test({
  name: "windows: a file in use in the vault fails by itself, and the next run mends it",
  ignore,
  fn: async () => {
    using dir = tempDir();
    const [source, vault] = [dir.at("source"), dir.at("vault")];
    makeTree(source, { busy: "1", a: "1" });
    assertEquals((await run(["backup", source, vault])).code, 0);
    makeTree(source, { busy: "changed", a: "changed" });
    {
      using _held = hold(join(vault, "busy"));
      const r = await run(["backup", source, vault]);
      assert(r.code !== 0, "nothing was said");
    }
    assertEquals((await run(["backup", source, vault])).code, 0);
    assertEquals([read(vault, "busy"), read(vault, "a")], ["changed", "changed"]);
    assertEquals((await run(["verify", vault])).code, 0);
  },
});

Deno.test({
  name:
    "windows: names that cannot be opened are reported, their neighbours are not taken for them",
  ignore,
  fn: async () => {
    using dir = tempDir();
    const [source, vault] = [dir.at("source"), dir.at("vault")];
    makeTree(source, { b: "plain" });
    for (const name of ["b ", "c.", "aux"]) {
      Deno.writeTextFileSync(`\\\\?\\${source}\\${name}`, "odd");
    }
    const r = await run(["backup", source, vault, "--json"]);
    assertEquals(r.code, 3);
    assertEquals(errors(r).map((e) => [e.path, e.code]).sort(), [
      ["aux", "name"],
      ["b ", "name"],
      ["c.", "name"],
    ]);
    assertEquals(listTree(vault).filter((p) => !p.includes(".$META$")), ["b"]);
    for (const name of ["b ", "c.", "aux"]) Deno.removeSync(`\\\\?\\${source}\\${name}`);
  },
});

Deno.test({
  name: "windows: paths over 260 and over 1,000 characters",
  ignore,
  fn: async () => {
    using dir = tempDir();
    const [source, vault] = [dir.at("source"), dir.at("vault")];
    for (const depth of [3, 11]) {
      const deep = join(source, ...Array<string>(depth).fill("d".repeat(100)));
      Deno.mkdirSync(deep, { recursive: true });
      Deno.writeTextFileSync(join(deep, "file"), String(depth));
    }
    // in this process: Wine cannot resolve such a path, which a sandboxed thread asks for
    const once = (): ReturnType<typeof backup> =>
      backup(enginePorts(), backupRequest(source, [vault]));
    assertEquals((await once()).map((o) => [o.failed, o.errors]), [[undefined, 0]]);
    const copy = join(vault, ...Array<string>(11).fill("d".repeat(100)), "file");
    assert(copy.length > 1000);
    assertEquals(Deno.readTextFileSync(copy), "11");
    assertEquals((await once()).map((o) => [o.failed, o.errors]), [[undefined, 0]]);
  },
});

Deno.test({
  name: "windows: CRLF and a byte-order mark in config and exclude files",
  ignore,
  fn: async () => {
    using dir = tempDir();
    makeTree(dir.at("source"), { "a.txt": "1", "b.log": "2", skip: { f: "3" } });
    const config = {
      jobs: { docs: { source: dir.at("source"), vaults: [dir.at("vault")], exclude: ["*.log"] } },
    };
    const text = JSON.stringify(config, null, 2).replaceAll("\n", "\r\n");
    Deno.writeTextFileSync(dir.at("hikae.jsonc"), `\ufeff${text}\r\n`);
    assertEquals((await run(["backup", "docs", "--config", dir.at("hikae.jsonc")])).code, 0);
    Deno.writeTextFileSync(dir.at("rules"), "\ufeff*.log\r\n# a comment\r\nskip/\r\n");
    const args = ["backup", dir.at("source"), dir.at("v2"), "--exclude-from", dir.at("rules")];
    assertEquals((await run(args)).code, 0);
    const living = (v: string): string[] => listTree(dir.at(v)).filter((p) => !p.includes("META"));
    assertEquals([living("vault"), living("v2")], [["a.txt", "skip/", "skip/f"], ["a.txt"]]);
  },
});

Deno.test({
  name: "windows: a vault's name that Windows cannot hold is told as that, and no drive as missing",
  ignore,
  fn: async () => {
    using dir = tempDir();
    makeTree(dir.at("source"), { a: "1" });
    for (const name of ["fv:x", "fv:", "trail.", "trail ", "a?b", "a*b", "below\\c|d", "CON"]) {
      const done = await run(["backup", dir.at("source"), `${dir.path}\\${name}`]);
      assertEquals(done.code, 1, `${name}: ${done.stderr}`);
      assert(/resolve: .*\n {2}name another place/.test(done.stderr), done.stderr);
    }
    assertEquals(listTree(dir.path), ["source/", "source/a"]);
    const away = ["q", "r", "y"].find((letter) => !isDrive(`${letter}:\\`)) ?? "q";
    const gone = await run(["backup", dir.at("source"), `${away}:\\vault`]);
    assertEquals(gone.code, 4, gone.stderr);
  },
});

function isDrive(root: string): boolean {
  try {
    return Deno.statSync(root).isDirectory;
  } catch {
    return false;
  }
}
