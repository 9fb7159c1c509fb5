/** Texts about the standard streams. @module */

/** The texts. */
export const output = {
  "output.full": "error: the output cannot be written: no space left on the disk",
  "output.failed": "error: the output cannot be written: {why}",
} as const;
