/** A directory with more files than a process may hold open. */

import { assertEquals } from "@std/assert";
import { POSIX } from "../conformance/fixture.ts";
import { run, tempDir } from "../helpers/cli_helper.ts";

const FILES = 1500;

Deno.test({
  name:
    "a directory of more files than may be open is backed up: flushes are waited for on the way",
  ignore: !POSIX,
  fn: async () => {
    using dir = tempDir();
    const source = dir.at("source");
    Deno.mkdirSync(source);
    for (let i = 0; i < FILES; i++) Deno.writeTextFileSync(`${source}/${i}`, String(i));
    const limited = ["sh", "-c", 'ulimit -n 320; exec "$@"', "sh"];
    const b = await run(["backup", source, dir.at("vault"), dir.at("second"), "--json"], {
      before: limited,
    });
    const taken = b.json.filter((m) => m.message_type === "summary").map((m) => m.files_new);
    assertEquals([b.code, taken], [0, [FILES, FILES]], b.stderr + b.stdout.slice(0, 2000));
  },
});
