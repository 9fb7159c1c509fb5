/**
 * The XML that servers of S3 answer with: elements and texts, read in one pass. What a package for all of XML brings
 * besides (entities of one's own, attributes, namespaces) no answer has. Pure.
 * @module
 */

/** An element: its text, and its children in their order. */
export interface Xml {
  name: string;
  text: string;
  children: Xml[];
}

const NONE: Xml = { name: "", text: "", children: [] };

/** A piece of XML: an element's begin or end, a comment or declaration, CDATA, or a text. */
const PIECE =
  /<!--[^]*?-->|<\?[^]*?\?>|<!\[CDATA\[([^]*?)\]\]>|<(\/?)([A-Za-z_][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y;

const NAMED: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

/** Reads an answer; gives its root if that has this name, or an element without children for what is no such answer. */
export function parseXml(text: string, root: string): Xml {
  const top: Xml = { name: "", text: "", children: [] };
  const open = [top];
  const clean = text.replace(/^\ufeff/, "");
  for (let at = 0; at < clean.length; at = PIECE.lastIndex) {
    PIECE.lastIndex = at;
    const piece = PIECE.exec(clean);
    if (piece === null) return NONE;
    if (!take(piece, open)) return NONE;
  }
  const [found] = top.children;
  return open.length === 1 && found?.name === root ? found : NONE;
}

function take([, cdata, end, name, , alone, text]: RegExpExecArray, open: Xml[]): boolean {
  const inner = open.at(-1);
  if (inner === undefined) return false;
  if (text !== undefined) {
    const plain = decoded(text);
    if (plain !== undefined) inner.text += plain;
    return plain !== undefined;
  }
  if (cdata !== undefined) inner.text += cdata;
  if (name === undefined) return true;
  if (end === "/") return open.pop()?.name === name && open.length > 0;
  const child = { name, text: "", children: [] };
  inner.children.push(child);
  if (alone !== "/") open.push(child);
  return open.length < 32;
}

/** The text that stands there; undefined when it is no text. */
function decoded(text: string): string | undefined {
  let wrong = false;
  const plain = text.replace(
    /&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|(\w{1,8}));|&/g,
    (_, ...found) => {
      const [decimal, hex, name] = found as (string | undefined)[];
      const code = decimal !== undefined ? Number(decimal) : parseInt(hex ?? "", 16);
      if (name !== undefined && Object.hasOwn(NAMED, name)) return NAMED[name] ?? "";
      if (code >= 0 && code <= 0x10ffff) return String.fromCodePoint(code);
      wrong = true;
      return "";
    },
  );
  return wrong ? undefined : plain;
}

/** The text of a child; "" when there is none. */
export function textIn(xml: Xml, name: string): string {
  return xml.children.find((one) => one.name === name)?.text ?? "";
}

/** The children of a name. */
export function partsIn(xml: Xml, name: string): Xml[] {
  return xml.children.filter((one) => one.name === name);
}

/** A text as it stands in XML. */
export function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
