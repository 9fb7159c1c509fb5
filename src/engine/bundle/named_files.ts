/** Files with several names, as an archive has them. @module */

import type { Version } from "../../vault/catalog.ts";
import { pathOf } from "../reader.ts";
import { inTreeOrder } from "./changes.ts";

/** A file with several names that are wanted. */
export interface NamedFile {
  /** The one whose content is read. */
  first: Version;
  others: Version[];
}

/** The first name in the order of an archive: its content is there. */
export function inOrder(names: Version[]): NamedFile {
  const [first, ...others] = names.toSorted((a, b) => inTreeOrder(pathOf(a), pathOf(b)));
  if (first === undefined) throw new RangeError("a file without a name");
  return { first, others };
}
