/**
 * What each command says of each damage, cell by cell: the exit code, and `!` where a message names the damaged
 * place or the file that it held. `0` without a word stands where nothing is lost and nothing wrong is told: the
 * command does not read that place, or makes good by itself what is only an index. After each cell every
 * snapshot that is still listed is restored: each file comes back as it was or is named.
 */

import type { Action, Place } from "./damage_world.ts";

/** In the order of `COMMANDS`, parted by spaces. */
export const MATRIX: Readonly<Record<Place, Readonly<Record<Action, string>>>> = {
  //             backup list history restore verify repair cleanup prune reindex
  "mirror file": {
    deleted: "0   0   0   3!  1!  0!  0   0   0",
    truncated: "0   0   0   3!  1!  0!  0   0   0",
    flipped: "0   0   0   3!  1!  0!  0   0   0",
    garbage: "0   0   0   3!  1!  0!  0   0   0",
    directory: "0   0   0   3!  1!  1!  0   0   0",
    link: "0   0   0   3!  1!  0!  0   0   0",
  },
  generation: {
    deleted: "0   0   0   3!  1!  1!  0   0   0",
    truncated: "0   0   0   3!  1!  1!  0   0   0",
    flipped: "0   0   0   3!  1!  1!  0   0   0",
    garbage: "0   0   0   3!  1!  1!  0   0   0",
    directory: "0   0   0   3!  1!  1!  0   3!  0",
    link: "0   0   0   3!  1!  1!  0   3!  0",
  },
  // cleanup takes a file of that name only; a directory or a link there is left, for verify to name
  deletion: {
    deleted: "0   0   0   3!  1!  1!  0   0   0",
    truncated: "0   0   0   3!  1!  1!  0   0   0",
    flipped: "0   0   0   3!  1!  1!  0   0   0",
    garbage: "0   0   0   3!  1!  1!  0   0   0",
    directory: "0   0   0   3!  1!  1!  0   3!  0",
    link: "0   0   0   3!  1!  1!  0   3!  0",
  },
  "metadata.txt": {
    deleted: "0   0   0   0   1!  0!  0   0   0",
    truncated: "0   0   0   0   1!  0!  0   0   0",
    flipped: "0   0   0   0   1!  0!  0   0   0",
    garbage: "0   0   0   0   1!  0!  0   0   0",
    directory: "0   0   0   0   1!  0!  0   0   0",
    link: "0   0   0   0   1!  0!  0   0   0",
  },
  // flipped: the bit is in a text that nothing hangs on (the path of the source); elsewhere it is refused as garbage is
  "vault.json": {
    deleted: "13! 13! 13! 13! 13! 13! 13! 13! 13!",
    truncated: "13! 13! 13! 13! 13! 13! 13! 13! 13!",
    flipped: "0   0   0   0   0   0   0   0   0",
    garbage: "13! 13! 13! 13! 13! 13! 13! 13! 13!",
    directory: "13! 13! 13! 13! 13! 13! 13! 13! 13!",
    link: "13! 13! 13! 13! 13! 13! 13! 13! 13!",
  },
  // flipped: one line of the record makes no sense any more, which the index has as well; by that it is repaired
  record: {
    deleted: "0!  0!  0!  1!  1!  0!  0!  0!  3!",
    truncated: "0   0   0   0   1!  0!  0   0   3!",
    flipped: "0   0   0   0   1!  0!  0   0   3!",
    garbage: "0   0   0   0   1!  0!  0   0   3!",
    directory: "0!  0!  0!  1!  1!  0!  0!  0!  3!",
    link: "0!  0!  0!  1!  1!  0!  0!  0!  3!",
  },
  // flipped: its first line makes no sense, and the others stand in for it
  "newest record": {
    deleted: "0!  0!  0!  1!  1!  0!  0!  0!  3!",
    truncated: "0!  0!  0!  3!  1!  0!  0!  0!  3!",
    flipped: "0   0   0   0   1!  0!  0   0   3!",
    garbage: "0!  0!  0!  1!  1!  0!  0!  0!  3!",
    directory: "0!  0!  0!  1!  1!  0!  0!  0!  3!",
    link: "0!  0!  0!  1!  1!  0!  0!  0!  3!",
  },
  // only an index: readers answer from the plain files, writers make it anew. Flipped: the hash of a living file
  "index": {
    deleted: "0   0   0   0   0   0   0   0   0",
    truncated: "0   0   0   0   0   0   0   0   0",
    flipped: "0!  0   0!  0!  0   0   0!  0!  0",
    garbage: "0   0   0   0   0   0   0   0   0",
    directory: "0   0   0   0   0   0   0   0   0",
    link: "0   0   0   0   0   0   0   0   0",
  },
  // an empty file that means nothing while nobody holds it; a directory with something in it is not ours to remove
  lock: {
    deleted: "0   0   0   0   0   0   0   0   0",
    truncated: "0   0   0   0   0   0   0   0   0",
    flipped: "0   0   0   0   0   0   0   0   0",
    garbage: "0   0   0   0   0   0   0   0   0",
    directory: "1!  0   0   0   0   1!  1!  1!  0",
    link: "0   0   0   0   0   0   0   0   0",
  },
  "meta directory": {
    deleted: "0   0   0   3!  1!  1!  0   0   0",
    truncated: "0   0   0   3!  1!  1!  0   0   0",
    flipped: "0   0   0   3!  1!  1!  0   0   0",
    garbage: "0   0   0   3!  1!  1!  0   0   0",
    directory: "0   0   0   3!  1!  1!  0   0   0",
    link: "0   0   0   3!  1!  1!  0   3!  0",
  },
  // flipped: what is written beside the lock is no run's any more, so the records are read, which are all damaged
  "root's meta directory": {
    deleted: "10! 10! 10! 10! 10! 10! 10! 10! 10!",
    truncated: "13! 13! 13! 13! 13! 13! 13! 13! 13!",
    flipped: "0!  0!  0!  3!  1!  1!  0!  0!  3!",
    garbage: "13! 13! 13! 13! 13! 13! 13! 13! 13!",
    directory: "13! 13! 13! 13! 13! 13! 13! 13! 13!",
    link: "13! 13! 13! 13! 13! 13! 13! 13! 13!",
  },
};
