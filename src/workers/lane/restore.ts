/** A lane's thread, with what it needs: a thread may not load more. @module */

import "../../engine/restore/lane.ts";
import "../lane.ts";
