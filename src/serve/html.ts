/** Markup whose parts are escaped unless they are markup themselves, so that forgetting it is not possible. Pure. @module */

import { escape, escapeLines } from "../report/html/escape.ts";

/** Markup: made by {@link html} alone. */
export class Html {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  /** For {@link html}: the constructor is closed, so that no text becomes markup by chance. */
  static of(strings: TemplateStringsArray, parts: readonly TemplateValue[]): Html {
    return new Html(strings.reduce((text, s, i) => text + textOf(parts[i - 1]) + s));
  }

  /** For {@link block}. */
  static lines(text: string): Html {
    return new Html(escapeLines(text));
  }

  /** As it goes into a page. */
  toString(): string {
    return this.#text;
  }
}

/** What may stand in a template: texts are escaped, lists are joined, nothing is nothing. */
export type TemplateValue = Html | string | number | false | undefined | readonly TemplateValue[];

/** Markup of a template; every text in it is escaped, in elements and in quoted attributes. */
export function html(strings: TemplateStringsArray, ...parts: readonly TemplateValue[]): Html {
  return Html.of(strings, parts);
}

/** A text of several lines, for an element that keeps them: a text in a template is one line of a name. */
export function block(text: string): Html {
  return Html.lines(text);
}

function textOf(part: TemplateValue): string {
  if (part === undefined || part === false) return "";
  if (part instanceof Html) return part.toString();
  if (typeof part === "string") return escape(part);
  return typeof part === "number" ? String(part) : part.map(textOf).join("");
}
