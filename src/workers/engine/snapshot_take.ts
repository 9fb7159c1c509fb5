/** The thread of `snapshotTake`, with what it needs: a thread may not load more. @module */

import "../../portable/take.ts";
import "../engine.ts";
