/** The thread of `import`, with what it needs: a thread may not load more. @module */

import "../../engine/import/command.ts";
import "../engine.ts";
