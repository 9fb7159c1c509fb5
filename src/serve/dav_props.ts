/** Which properties a WebDAV client asks for, and those of an entry in its answer. Pure. @module */

import { escape } from "../report/html/escape.ts";

/** The namespace of all properties that hikae has. */
const DAV = "DAV:";

/** Most properties that are answered; a client that names more is answered as one that names none. */
const MOST = 200;

/** The name of a property. */
interface PropertyName {
  namespace: string;
  name: string;
}

/** What a PROPFIND asks for: all that there is, the names alone, or these. */
export type AskedProperties = "all" | "names" | readonly PropertyName[];

const TAG = /<(\/?)(?:([\p{L}_][\p{L}\p{N}_.-]*):)?([\p{L}_][\p{L}\p{N}_.-]*)([^<>]*?)(\/?)>/gu;
const DECLARED = /\sxmlns(?::([\p{L}_][\p{L}\p{N}_.-]*))?\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/gu;

/** Reads the body of a PROPFIND; one that is empty or not understood asks for all. */
export function askedProperties(body: string): AskedProperties {
  const scopes: Record<string, string>[] = [{}];
  const open: PropertyName[] = [];
  const asked: PropertyName[] = [];
  let isList = false;
  const plain = body.replace(/<!--.*?-->/gs, "");
  for (const [, end, prefix = "", name = "", attributes = "", empty] of plain.matchAll(TAG)) {
    if (end !== "") {
      scopes.pop();
      open.pop();
      continue;
    }
    const scope = { ...scopes.at(-1), ...declared(attributes) };
    const namespace = Object.hasOwn(scope, prefix) ? scope[prefix] ?? "" : "";
    const element = { namespace, name };
    const [outer, inner] = [open.length === 1 && isDav(element), open.length === 2];
    if (outer && name === "propname") return "names";
    if (outer && name === "prop") isList = true;
    if (inner && isList && isDav(open[1])) asked.push(element);
    if (empty !== "") continue;
    scopes.push(scope);
    open.push(element);
  }
  return isList && asked.length <= MOST ? asked : "all";
}

function isDav(element: PropertyName | undefined): boolean {
  return element?.namespace === DAV;
}

function declared(attributes: string): Record<string, string> {
  const found: [string, string][] = [];
  for (const [, prefix = "", double, single] of attributes.matchAll(DECLARED)) {
    found.push([prefix, unescaped(double ?? single ?? "")]);
  }
  return Object.fromEntries(found);
}

function unescaped(value: string): string {
  const known: Record<string, string> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
  return value.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => known[name] ?? "");
}

/**
 * The `propstat` elements of an entry that has `properties`: by name what stands in the element. What it was asked for and
 * does not have is told as such (RFC 4918, 9.1).
 */
export function propstats(
  properties: ReadonlyMap<string, string>,
  asked: AskedProperties,
): string {
  if (typeof asked === "string") {
    const all = [...properties].map(([name, value]) => element(name, asked === "all" ? value : ""));
    return propstat("200 OK", all);
  }
  const has = (p: PropertyName): boolean => isDav(p) && properties.has(p.name);
  const missing = asked.filter((p) => !has(p));
  const found = asked.filter(has).map(({ name }) => element(name, properties.get(name) ?? ""));
  return (found.length > 0 || missing.length === 0 ? propstat("200 OK", found) : "") +
    (missing.length > 0 ? propstat("404 Not Found", missing.map(foreign)) : "");
}

function propstat(status: string, properties: readonly string[]): string {
  return `<propstat><prop>${properties.join("")}</prop>` +
    `<status>HTTP/1.1 ${status}</status></propstat>`;
}

function element(name: string, value: string): string {
  return value === "" ? `<${name}/>` : `<${name}>${value}</${name}>`;
}

function foreign({ namespace, name }: PropertyName): string {
  return isDav({ namespace, name }) ? `<${name}/>` : `<${name} xmlns="${escape(namespace)}"/>`;
}
