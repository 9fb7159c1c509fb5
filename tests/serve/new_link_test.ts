/** Enter in the window of `hikae serve` prints a new link, as the page of a used one says. */

import { assertEquals } from "@std/assert";
import { makeTree, read, tempDir } from "../helpers/cli_helper.ts";
import { NO_TERMINAL, onTerminal } from "../helpers/terminal_helper.ts";
import { backUp } from "./serving.ts";

Deno.test({
  name: "serve: Enter prints a new link, also after the browser was opened with the first",
  ignore: NO_TERMINAL,
  fn: async () => {
    using dir = tempDir();
    makeTree(dir.path, { source: { f: "f" }, home: {}, bin: {} });
    Deno.writeTextFileSync(dir.at("bin/xdg-open"), "#!/bin/sh\n", { mode: 0o755 });
    await backUp(dir.at("source"), dir.at("vault"));
    const env = {
      HOME: dir.at("home"),
      PATH: `${dir.at("bin")}:${Deno.env.get("PATH")}`,
      DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`,
    };
    await onTerminal(
      dir,
      [
        "trap : INT",
        'enough() { [ "$(grep -c /open/ log)" -ge 2 ]; }',
        "(for try in $(seq 600); do enough && break; sleep 0.1; done; kill -INT 0) &",
        "hikae serve --open vault > log",
      ],
      env,
      "\n",
    );
    const links = read(dir.at("log")).match(/\/open\/[0-9a-f]{64}/g) ?? [];
    assertEquals(new Set(links).size, 2);
  },
});
