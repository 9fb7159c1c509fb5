/** The thread of `restore`, with what it needs: a thread may not load more. @module */

import "../../engine/restore/restore.ts";
import "../engine.ts";
