/** The program: `deno task hikae ARGS`, or the compiled binary. @module */

import { main } from "./src/cli/main.ts";

Deno.exit(await main(Deno.args));
