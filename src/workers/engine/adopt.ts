/** The thread of `adopt`, with what it needs: a thread may not load more. @module */

import "../../engine/adopt/command.ts";
import "../engine.ts";
