/** The thread of `dedupe`, with what it needs: a thread may not load more. @module */

import "../../engine/maintain/dedupe.ts";
import "../engine.ts";
