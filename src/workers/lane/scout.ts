/** A lane's thread, with what it needs: a thread may not load more. @module */

import "../../engine/backup/scout_server.ts";
import "../lane.ts";
