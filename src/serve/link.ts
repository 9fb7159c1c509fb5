/** Links that let a browser in, each to a page. @module */

import type { FirstPage } from "../base/vault_questions.ts";
import { pathParts } from "./address.ts";
import type { Gate } from "./gate.ts";

/** A link home, or to the page of a file or directory. */
export function newLink(gate: Gate, next: FirstPage | undefined, followed?: () => void): string {
  return gate.newLink(next === undefined ? undefined : partsOf(next), followed);
}

function partsOf({ vault, path, directory }: FirstPage): string[] {
  const kind = directory ? ["tree", "latest"] : ["file"];
  return ["v", String(vault), ...kind, ...pathParts(path)];
}
