/** The thread of `bundleCreate`, with what it needs: a thread may not load more. @module */

import "../../engine/bundle/create.ts";
import { keepHeapSmall } from "../../platform/heap.ts";
import "../engine.ts";

keepHeapSmall();
