/** The exit codes, by themselves: a process that does next to nothing needs nothing else. @module */

/** Exit codes of the program (design, *Commands*). */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  incomplete: 3,
  guard: 4,
  noVault: 10,
  locked: 11,
  badVault: 13,
  interrupted: 130,
} as const;
