/** The thread of `prune`, with what it needs: a thread may not load more. @module */

import "../../engine/maintain/prune.ts";
import "../engine.ts";
