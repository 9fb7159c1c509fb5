/** What the times that a disk tells of its entries say, and what they do not. Pure. @module */

/** Times of FAT are so far from each other, ms. */
const COARSE = 2000;

/** True for the time of a change (ms) whose tick was over at `look`: after it no other change has the same. */
export function isOver(time: number, look: number): boolean {
  return isCoarse(time) ? time + COARSE <= look : time < look;
}

/** True for a time that a disk of the coarsest clock may tell. */
export function isCoarse(time: number): boolean {
  return time % COARSE === 0;
}

/**
 * True for a change time that a disk keeps: FAT and exFAT on Windows have none, and the times of their directories stay as
 * they are whatever comes and goes there.
 */
export function isKept(ctime: number): boolean {
  return ctime > 0 && ctime < LAST;
}

/** What a time is taken for that no date can say. */
const LAST = 8.64e15;
