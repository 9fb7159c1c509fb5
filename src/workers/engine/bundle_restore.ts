/** The thread of `bundleRestore`, with what it needs: a thread may not load more. @module */

import "../../engine/bundle/restore.ts";
import "../engine.ts";
