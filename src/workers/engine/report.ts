/** The thread of `report`, with what it needs: a thread may not load more. @module */

import "../../engine/query/report.ts";
import "../../engine/query/asked.ts";
import "../engine.ts";
