/** The thread of `reindex`, with what it needs: a thread may not load more. @module */

import "../../engine/maintain/reindex.ts";
import "../engine.ts";
