/** The thread of `ls`, with what it needs: a thread may not load more. @module */

import "../../engine/query/ls.ts";
import "../../engine/query/asked.ts";
import "../engine.ts";
