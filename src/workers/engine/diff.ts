/** The thread of `diff`, with what it needs: a thread may not load more. @module */

import "../../engine/query/diff.ts";
import "../../engine/query/asked.ts";
import "../engine.ts";
