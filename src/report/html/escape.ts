/** Text as it may stand in a page, in elements and in attributes. Pure. @module */

import { printable } from "../printable.ts";

const ENTITY: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** The text with nothing in it that a browser takes for markup, and nothing that turns its direction around. */
export function escape(text: string): string {
  return printable(text.toWellFormed()).replace(/[&<>"']/g, (c) => ENTITY[c] ?? c);
}
