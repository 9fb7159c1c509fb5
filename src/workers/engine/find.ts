/** The thread of `find`, with what it needs: a thread may not load more. @module */

import "../../engine/query/find.ts";
import "../../engine/query/asked.ts";
import "../engine.ts";
