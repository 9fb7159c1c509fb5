/** The thread of `cat`, with what it needs: a thread may not load more. @module */

import "../../engine/query/cat.ts";
import "../../engine/query/asked.ts";
import "../engine.ts";
