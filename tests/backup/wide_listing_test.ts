/** A wide directory is listed bit by bit, and what its mirror lacks at the end is put back by the next run. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { HikaeError } from "../../src/base/errors.ts";
import type { FileSystem } from "../../src/base/fs.ts";
import { HUGE } from "../../src/engine/source/source_dir.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { tapFs } from "../../src/platform/doubles/tap.ts";
import { META } from "../helpers/maintain_helper.ts";
import { backUp } from "../helpers/engine_helper.ts";

const COUNT = 1100;

Deno.test("backup: a huge directory is listed bit by bit, and a file that goes from its mirror meanwhile comes back", async () => {
  const root = Deno.realPathSync(Deno.makeTempDirSync());
  try {
    const [source, vault] = [join(root, "source"), join(root, "vault")];
    Deno.mkdirSync(join(source, "wide"), { recursive: true });
    for (let i = 0; i < COUNT; i++) {
      Deno.writeTextFileSync(join(source, "wide", `a file of some length ${i}`), "");
    }
    const listed: string[] = [];
    let last = "";
    const fs = tapFs(denoFs, (call, work) => {
      if (/wide$/.test(call.path)) {
        if (call.op.startsWith("list") && call.path.startsWith(source)) listed.push(call.op);
        // before the mirror is seen at the end
        if (call.op === "list" && call.path.startsWith(vault) && last === "") {
          last = [...Deno.readDirSync(call.path)].find((e) => e.isFile)?.name ?? "";
          Deno.removeSync(join(call.path, last));
        }
      }
      return work();
    });
    // what a disk says of the size of a directory tells how it is listed
    const wide = { ...fs, lstat: (path: string) => ({ ...fs.lstat(path), ...sizeOf(path) }) };
    const first = await backUp(source, [vault], {}, { fs: wide });
    assertEquals(first.outcomes.map((o) => o.failed), [undefined]);
    // on a busy machine it is given up in the middle, and listed again before anything is believed to be all
    assertEquals([...new Set(listed)], ["listWhole"]);
    assert(last !== "");
    const second = await backUp(source, [vault], {}, { hours: 1 });
    assertEquals(second.outcomes.map((o) => o.failed), [undefined]);
    for (const { name } of Deno.readDirSync(join(source, "wide"))) {
      assert(Deno.lstatSync(join(vault, "wide", name)).isFile, name);
    }
  } finally {
    Deno.removeSync(root, { recursive: true });
  }

  function sizeOf(path: string): { size?: number } {
    return /wide$/.test(path) ? { size: 8 << 20 } : {};
  }
});

Deno.test("backup: a source that is huge itself is listed once, bit by bit, and one that refuses it ends the run before any vault is touched", async () => {
  const root = Deno.realPathSync(Deno.makeTempDirSync());
  try {
    const [source, vault] = [join(root, "source"), join(root, "vault")];
    Deno.mkdirSync(source);
    for (let i = 0; i < COUNT; i++) Deno.writeTextFileSync(join(source, `${i}`), "");
    const calls: string[] = [];
    let refused = true;
    const fs = tapFs(denoFs, (call, work) => {
      const reads = call.op.startsWith("list") || call.op === "open";
      if (call.path === source && reads) {
        if (refused) throw Object.assign(new Error("no"), { code: "EACCES" });
        calls.push(call.op);
      }
      return work();
    });
    const lstat: FileSystem["lstat"] = (path) =>
      path === source ? { ...fs.lstat(path), size: 8 << 20 } : fs.lstat(path);
    const error = await assertRejects(
      () => backUp(source, [vault], {}, { fs: { ...fs, lstat } }),
      HikaeError,
    );
    assertEquals([error.id, denoFs.exists(vault)], ["source_missing", false]);
    refused = false;
    const { outcomes } = await backUp(source, [vault], {}, { fs: { ...fs, lstat } });
    assertEquals(outcomes.map((o) => [o.failed, o.errors]), [[undefined, 0]]);
    // opening it tells whether it can be read
    assertEquals([calls[0], ...new Set(calls.slice(1))], ["open", "listWhole"]);
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
});

Deno.test({
  name:
    "backup: a link that the disk keeps under another name is told in each run, in a wide directory too, and no row has it",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const root = Deno.realPathSync(Deno.makeTempDirSync());
    const [source, vault] = [join(root, "source"), join(root, "vault")];
    Deno.mkdirSync(join(source, "wide"), { recursive: true });
    for (let i = 0; i < HUGE; i++) Deno.writeTextFileSync(join(source, "wide", `${i}`), "");
    const kept = "$LNK$link";
    const list: FileSystem["list"] = (path) =>
      denoFs.list(path).map((e) => e.name === `${kept}.` ? { ...e, name: kept } : e);
    const fs = { ...denoFs, list };
    await backUp(source, [vault], {}, { fs });
    Deno.symlinkSync("0", join(source, "wide", "link."));
    for (const hours of [1, 2]) {
      const { outcomes } = await backUp(source, [vault], {}, { fs, hours });
      assertEquals(outcomes.map((o) => o.errors), [1]);
      // the link would have the hash of its target there
      const metadata = Deno.readTextFileSync(join(vault, "wide", META, "metadata.txt"));
      assertEquals(metadata.includes("link."), false);
    }
    Deno.removeSync(root, { recursive: true });
  },
});
