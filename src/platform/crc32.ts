/** The CRC-32 of bytes by `node:zlib`, which uses the processor's own instructions. @module */

import { builtin } from "./builtin.ts";
import type { Crc32 } from "../base/crc32.ts";

let loaded: typeof import("node:zlib") | undefined;

/** See {@link Crc32}. */
export const crc32: Crc32 = (data, before) => {
  loaded ??= builtin<typeof import("node:zlib")>("node:zlib");
  return loaded.crc32(data, before);
};
