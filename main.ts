/** The program: `deno task hikae ARGS`, or the compiled binary. @module */

import { loadModule } from "./src/base/load_module.ts";

const LOOK = new URL("./src/cli/serve/look_child.ts", import.meta.url);

// what looks into a vault for the page is one process of many, and none of them has the rest of the program in it
Deno.exit(
  Deno.args[0] === "__look"
    ? await (await loadModule<typeof import("./src/cli/serve/look_child.ts")>(LOOK)).lookChild()
    : await (await import("./src/cli/main.ts")).main(Deno.args),
);
