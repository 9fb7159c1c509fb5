/** The words that messages have for programs, as people read them. Pure. @module */

import { type PlainTextId, text } from "../text/text.ts";

const WORDS: Readonly<Record<string, PlainTextId>> = {
  complete: "word.complete",
  partial: "word.partial",
  incomplete: "word.incomplete",
  interrupted: "word.interrupted",
  current: "word.current",
  old: "word.old",
  changed: "word.changed",
  deleted: "word.deleted",
  replaced: "word.replaced",
  failed: "word.failed",
  ok: "word.ok",
  guarded: "word.guarded",
  running: "word.running",
  skipped: "word.skipped",
  never: "word.never",
  unreachable: "word.unreachable",
  damaged: "word.damaged",
  stopped: "word.stopped",
  late: "word.late",
  failing: "word.failing",
  newer: "word.newer",
  unproven: "word.unproven",
  locked: "word.locked",
  growing: "word.growing",
  unchecked: "word.unchecked",
};

/** A word of `state`, `result` or `ended`; one that is not known stays as it is. */
export function wordText(word: unknown): string {
  const said = String(word);
  const id = Object.hasOwn(WORDS, said) ? WORDS[said] : undefined;
  return id === undefined ? said : text(id);
}
