/** The thread of `backup --dry-run`, with what it needs: a thread may not load more. @module */

import "../../engine/backup/plan_command.ts";
import "../engine.ts";
