/** The CRC-32 that zip files carry, as a port. @module */

/** The CRC-32 of `data`, going on from that of what came before it (0 at first), as a whole number from 0. */
export type Crc32 = (data: Uint8Array, before: number) => number;
