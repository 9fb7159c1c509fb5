/** The thread of `status`, with what it needs: a thread may not load more. @module */

import "../../engine/query/status.ts";
import "../engine.ts";
