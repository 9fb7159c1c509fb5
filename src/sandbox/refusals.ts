/** What the disk of a vault or a target refuses as a whole, told once per run (decision 28). @module */

import type { Emit } from "../base/event.ts";
import type { RefusedCall } from "../base/lenient_fs.ts";
import { text } from "../text/text.ts";

const TEXTS = {
  "times": "disk.no-times",
  "modes": "disk.no-modes",
  "owners": "disk.no-owners",
  "flush-dir": "disk.no-flush-dir",
  "flush": "disk.no-flush",
} as const;

/** What was told in each run. */
const TOLD = new WeakMap<object, Set<string>>();

/** Tells each refusal of each disk once in a `run` (any object that stands for it), whichever thread met it. */
export function refusalTeller(
  emit: Emit,
  run: object = emit,
): (refusal: RefusedCall, root: string) => void {
  const told = TOLD.get(run) ?? new Set<string>();
  TOLD.set(run, told);
  return (refusal, root) => {
    const key = `${refusal} ${root}`;
    if (told.has(key)) return;
    told.add(key);
    emit({ message_type: "note", message: text(TEXTS[refusal]), path: root });
  };
}
