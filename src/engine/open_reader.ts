/** Opens a vault for a command that asks it, which can wait for what is to be seen of the disk first. @module */

import type { ReadOptions } from "../vault/open.ts";
import { openWhole } from "./open_vault.ts";
import type { EnginePorts } from "./ports.ts";
import { Reader } from "./reader.ts";
import { seenOpening } from "./seen_files.ts";

/** Opens the vault at the real path `root` as `Reader.open` does: what that reads of one far away is seen ahead. */
export async function openReader(
  ports: EnginePorts,
  root: string,
  options: ReadOptions = {},
): Promise<Reader> {
  const seen = await seenOpening(ports, root, options);
  return openWhole(seen, (seeing) => Reader.open(seeing, root, options));
}
