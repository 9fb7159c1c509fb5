/** A lane's thread, with what it needs: a thread may not load more. @module */

import "../../engine/backup/lane_server.ts";
import "../lane.ts";
