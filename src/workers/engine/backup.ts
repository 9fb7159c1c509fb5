/** The thread of `backup`, with what it needs: a thread may not load more. @module */

import "../../engine/backup/command.ts";
import "../engine.ts";
