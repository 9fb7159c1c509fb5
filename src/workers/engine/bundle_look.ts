/** The thread of `bundleLook`, with what it needs: a thread may not load more. @module */

import "../../engine/bundle/look.ts";
import "../engine.ts";
