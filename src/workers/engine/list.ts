/** The thread of `list`, with what it needs: a thread may not load more. @module */

import "../../engine/query/list_records.ts";
import "../engine.ts";
