/** The thread of `cleanup`, with what it needs: a thread may not load more. @module */

import "../../engine/maintain/cleanup.ts";
import "../engine.ts";
