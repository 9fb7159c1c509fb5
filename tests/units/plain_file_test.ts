/** Whether somebody else can put something in the place of a file: the directories on the way decide. @module */

import { assertEquals } from "@std/assert";
import { isOursAlone } from "../../src/platform/plain_file.ts";

Deno.test({
  name:
    "plain files: a directory on the way that others may write, at whatever height, makes a file not ours alone",
  ignore: Deno.build.os === "windows",
  fn(): void {
    const top = Deno.makeTempDirSync();
    try {
      const dir = `${top}/a/b/c`;
      Deno.mkdirSync(dir, { recursive: true });
      for (const d of ["", "/a", "/a/b", "/a/b/c"]) Deno.chmodSync(`${top}${d}`, 0o755);
      Deno.writeTextFileSync(`${dir}/file`, "");
      const ours = (d: string, mode: number): boolean => {
        Deno.chmodSync(`${top}${d}`, mode);
        const answer = isOursAlone(`${dir}/file`);
        Deno.chmodSync(`${top}${d}`, 0o755);
        return answer;
      };
      assertEquals(isOursAlone(`${dir}/file`), true);
      for (const d of ["", "/a", "/a/b", "/a/b/c"]) assertEquals(ours(d, 0o777), false, d);
      // Where each may move only what is his, what lies further up cannot be exchanged.
      assertEquals(ours("/a", 0o1777), true);
      assertEquals(ours("/a/b/c", 0o1777), false);
      Deno.symlinkSync("file", `${dir}/link`);
      assertEquals(isOursAlone(`${dir}/link`), false);
    } finally {
      Deno.removeSync(top, { recursive: true });
    }
  },
});
