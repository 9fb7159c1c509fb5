/** The XML that servers of S3 answer with. @module */

import { XMLParser } from "fast-xml-parser";

/** A part of an answer: texts and parts by their names, always as lists. */
export type Xml = { readonly [name: string]: readonly (Xml | string)[] };

const parser = new XMLParser({
  ignoreAttributes: true,
  htmlEntities: true,
  ignoreDeclaration: true,
  parseTagValue: false,
  trimValues: false,
  isArray: () => true,
});

/** Reads an answer; gives its root's children, or nothing for what is no XML. */
export function parseXml(text: string, root: string): Xml {
  try {
    const [found] = (parser.parse(text) as Xml)[root] ?? [];
    return typeof found === "object" ? found : {};
  } catch {
    return {};
  }
}

/** The text of a child; "" when there is none. */
export function textIn(xml: Xml, name: string): string {
  const [first] = xml[name] ?? [];
  if (typeof first === "string") return first;
  const [inner] = first?.["#text"] ?? [];
  return typeof inner === "string" ? inner : "";
}

/** The children of a name. */
export function partsIn(xml: Xml, name: string): Xml[] {
  return (xml[name] ?? []).filter((one) => typeof one === "object");
}

/** A text as it stands in XML. */
export function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
