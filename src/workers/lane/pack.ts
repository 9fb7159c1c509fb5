/** A lane's thread, with what it needs: a thread may not load more. @module */

import "../../engine/bundle/packers.ts";
import { keepHeapSmall } from "../../platform/heap.ts";
import "../lane.ts";

keepHeapSmall();
