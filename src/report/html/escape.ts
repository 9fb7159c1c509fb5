/** Text as it may stand in a page, in elements and in attributes. Pure. @module */

import { printable, printableLines } from "../printable.ts";

const ENTITY: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Nothing but letters, figures and marks that need no escaping: most of what a page says. */
const PLAIN = /^[ !#-%(-;=?-~]*$/;

/** The text with nothing in it that a browser takes for markup, and nothing that turns its direction around. */
export function escape(text: string): string {
  return PLAIN.test(text) ? text : entities(printable(text.toWellFormed()));
}

/** The same of lines, for an element that keeps them: line ends and tabs stay. */
export function escapeLines(text: string): string {
  return entities(printableLines(text.toWellFormed().replaceAll("\r\n", "\n"), false));
}

function entities(text: string): string {
  return text.replace(/[&<>"']/g, (c) => ENTITY[c] ?? c);
}
