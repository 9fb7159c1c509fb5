/** A lane's thread, with what it needs: a thread may not load more. @module */

import "../../engine/bundle/packers.ts";
import "../lane.ts";
