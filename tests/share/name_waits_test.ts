/** A file with several names, one of which cannot be stored in run after run: the others wait for it (decision 26). */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { FileSystem } from "../../src/base/fs.ts";
import { backup } from "../../src/engine/backup/backup.ts";
import { denoFs } from "../../src/platform/deno_fs.ts";
import { backupRequest } from "../helpers/engine_helper.ts";
import { Grown } from "../helpers/maintain_helper.ts";
import { history } from "../helpers/ask.ts";

const denied = (): never => {
  throw Object.assign(new Error("Permission denied"), { code: "EACCES" });
};

/** A disk on which the vault's copy cannot be replaced, or the source's file cannot be read, by its name `d/a`. */
const FAILING = {
  "stored": (g: Grown): FileSystem => ({
    ...denoFs,
    rename: (from, to) => to === g.in("d", "a") ? denied() : denoFs.rename(from, to),
  }),
  "read": (g: Grown): FileSystem => ({
    ...denoFs,
    open: (path, how) => path === join(g.source, "d", "a") ? denied() : denoFs.open(path, how),
  }),
};

for (const [what, failing] of Object.entries(FAILING)) {
  for (const other of ["d/b", "e/b"]) {
    Deno.test(`a name that cannot be ${what} while its file is written to again and again, and ${other} that can: that has each content`, async () => {
      using g = new Grown();
      g.put({ d: { a: "one" }, e: { o: "o" } });
      Deno.linkSync(join(g.source, "d", "a"), join(g.source, other));
      await g.day(1).backup();
      for (let day = 2; day < 6; day++) {
        const content = `content ${day}`;
        Deno.writeTextFileSync(join(g.source, "d", "a"), content);
        const ports = { ...g.day(day).ports(), fs: failing(g) };
        const request = backupRequest(g.source, [g.vault], { allowMassChange: true });
        const [outcome] = await backup(ports, request);
        const stored = Deno.readTextFileSync(g.in(...other.split("/")));
        assertEquals([outcome?.errors, stored], [1, content]);
        assertEquals(g.snapshot(outcome?.stamp ?? "")[other], g.sourceState()[other]);
      }
      assertEquals(g.snapshot(await g.day(8).backup()), g.sourceState());
    });
  }
}

for (const [what, failing] of Object.entries(FAILING)) {
  for (const other of ["d/b", "e/b"]) {
    for (const checksum of [false, true]) {
      const how = checksum ? ", by content" : "";
      Deno.test(`a name that cannot be ${what} in many runs, and ${other} that can${how}: no version of it in each`, async () => {
        using g = new Grown();
        g.put({ d: { a: "one" }, e: { o: "o" } });
        Deno.linkSync(join(g.source, "d", "a"), join(g.source, other));
        // the clock is behind the times of the files: everything is looked at again in each run
        await g.day(1).backup();
        Deno.writeTextFileSync(join(g.source, "d", "a"), "two!");
        const errors: number[] = [];
        for (let day = 2; day <= 8; day++) {
          const ports = { ...g.day(day).ports(), ...(day < 6 ? { fs: failing(g) } : {}) };
          const request = backupRequest(g.source, [g.vault], { allowMassChange: true, checksum });
          const [outcome] = await backup(ports, request);
          errors.push(outcome?.errors ?? -1);
        }
        assertEquals(errors, [1, 1, 1, 1, 0, 0, 0]);
        const asked = { root: g.vault, given: g.vault, path: other, windows: false };
        await history(g.ports(), asked);
        const from = g.messages.flatMap((m) => m.message_type === "version" ? [m.from] : []);
        // as it was, as it is, and where it is one file with the other again
        assertEquals(from, ["20260502_120000", "20260503_120000", "20260508_120000"]);
        assertEquals(g.snapshot("20260509_120000"), g.sourceState());
      });
    }
  }
}
