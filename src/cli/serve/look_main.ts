/** The process of a look, where hikae runs from a checkout: Deno loads all that `main.ts` could ever import. @module */

import { lookChild } from "./look_child.ts";

Deno.exit(await lookChild());
