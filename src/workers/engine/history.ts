/** The thread of `history`, with what it needs: a thread may not load more. @module */

import "../../engine/query/history.ts";
import "../../engine/query/asked.ts";
import "../engine.ts";
