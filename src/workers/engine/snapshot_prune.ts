/** The thread of `snapshotPrune`, with what it needs: a thread may not load more. @module */

import "../../engine/portable.ts";
import "../engine.ts";
