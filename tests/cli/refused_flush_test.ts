/** Disks that flush nothing (some that are programs do not): what hikae writes outside of vaults is written there too. */

import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { errorCode } from "../../src/base/errors.ts";
import { replaceByPart, writeNewFile } from "../../src/cli/new_file.ts";
import { settleStdout } from "../../src/cli/settle_stdout.ts";

function refusal(code: string): Error {
  return Object.assign(new Error("what the system says"), { code });
}

/** Does `work` where flushing a file answers with `code`. */
function answering(code: string, work: () => void): void {
  const { openSync } = Deno;
  Deno.openSync = (path, options) => {
    const file = openSync(path, options);
    file.syncSync = () => {
      throw refusal(code);
    };
    return file;
  };
  try {
    work();
  } finally {
    Deno.openSync = openSync;
  }
}

Deno.test("a report, gauges, a config: a disk that flushes nothing has them, one that is full has none", () => {
  const dir = Deno.makeTempDirSync();
  try {
    const [path, part] = [join(dir, "new"), join(dir, "part")];
    answering("EINVAL", () => {
      writeNewFile(path, "content");
      replaceByPart({ part, path }, "other content");
    });
    assertEquals(Deno.readTextFileSync(path), "other content");
    answering("ENOSPC", () => {
      const error = assertThrows(() => replaceByPart({ part, path }, "too much"));
      assertEquals(errorCode(error), "ENOSPC");
    });
    assertEquals([...Deno.readDirSync(dir)].map((e) => e.name), ["new"]);
    assertEquals(Deno.readTextFileSync(path), "other content");
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
});

Deno.test({
  name:
    "cat into a file of a share: what the share says of its room is told, not that it flushes nothing",
  ignore: Deno.build.os === "windows",
  fn: () => {
    const said = (code: string): string =>
      errorCode(settleStdout({
        fstatSync: (() => ({ isFile: () => true, dev: 0x2a })) as never,
        fdatasyncSync: () => {
          throw refusal(code);
        },
      }));
    assertEquals(["EINVAL", "ENOSYS", "ENOSPC", "EIO"].map(said), ["", "", "ENOSPC", "EIO"]);
  },
});
