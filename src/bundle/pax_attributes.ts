/**
 * Extended attributes and POSIX access lists as GNU tar writes them into extended headers: `SCHILY.xattr.NAME` with the
 * value as it is, `SCHILY.acl.access` and `.default` as text with numbers. Those of Linux alone. Pure. @module
 */

import { type AttributeSet, systemOf } from "../base/attributes.ts";
import { fromUtf8, utf8 } from "../base/bytes.ts";
import { unquotedBytes } from "../base/getfattr.ts";
import type { PaxRecord } from "./tar.ts";

const LISTS = new Map([
  ["system.posix_acl_access", "SCHILY.acl.access"],
  ["system.posix_acl_default", "SCHILY.acl.default"],
]);

/** The records of an entry; one that is no text or no list is left out. */
export function paxRecordsOf(attributes: AttributeSet): PaxRecord[] {
  return Object.keys(attributes).sort().flatMap((name): PaxRecord[] => {
    if (systemOf(name) !== "linux") return [];
    const value = Uint8Array.fromBase64(attributes[name] ?? "");
    const list = LISTS.get(name);
    if (list === undefined) {
      return [{ key: `SCHILY.xattr.${coded(fromUtf8(unquotedBytes(name)))}`, value }];
    }
    const text = listText(value);
    return text === undefined ? [] : [{ key: list, value: utf8(text) }];
  });
}

/** A record's key ends at the first `=`. */
function coded(name: string): string {
  return name.replaceAll("%", "%25").replaceAll("=", "%3D");
}

/** Whom an entry of a list is for, by its tag; the named ones have a number. */
const TAGS = new Map([
  [0x01, "user"],
  [0x02, "user"],
  [0x04, "group"],
  [0x08, "group"],
  [0x10, "mask"],
  [0x20, "other"],
]);
const NAMED = new Set([0x02, 0x08]);

/** The text of a list as the kernel has it: version 2, then tag, rights and number of each entry. */
function listText(bytes: Uint8Array): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 4 || bytes.length % 8 !== 4 || view.getUint32(0, true) !== 2) return undefined;
  const entries: string[] = [];
  for (let at = 4; at < bytes.length; at += 8) {
    const tag = view.getUint16(at, true);
    const rights = view.getUint16(at + 2, true);
    const who = TAGS.get(tag);
    if (who === undefined || rights > 7) return undefined;
    const number = NAMED.has(tag) ? String(view.getUint32(at + 4, true)) : "";
    const letters = ["r", "w", "x"].map((c, i) => (rights & (4 >> i)) === 0 ? "-" : c).join("");
    entries.push(`${who}:${number}:${letters}`);
  }
  return entries.length === 0 ? undefined : entries.join(",");
}
