/** Texts about the standard streams. @module */

/** The texts. */
export const output = {
  "output.full": "the output cannot be written: no space left on the disk",
  "output.failed": "the output cannot be written: {why}",
} as const;
