/** The thread of `verify`, with what it needs: a thread may not load more. @module */

import "../../engine/verify/verify_seeing.ts";
import "../engine.ts";
