/** The thread of `vanished`, with what it needs: a thread may not load more. @module */

import "../../engine/query/vanished.ts";
import "../../engine/query/asked.ts";
import "../engine.ts";
