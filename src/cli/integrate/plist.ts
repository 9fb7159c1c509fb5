/** A property list of macOS, from plain data. Pure. @module */

import { escapeXml } from "../../schedule/quote.ts";

/** A value of a property list. */
export type PlistValue =
  | string
  | number
  | true
  | readonly PlistValue[]
  | { readonly [key: string]: PlistValue };

/** The file: `comment` stands at its head, whole numbers are integers. */
export function plist(comment: string, value: PlistValue): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<!-- ${comment} -->
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
${element(value).join("\n")}
</plist>
`;
}

function element(value: PlistValue): string[] {
  if (typeof value === "string") return [`<string>${escapeXml(value)}</string>`];
  if (typeof value === "number") return [`<integer>${value}</integer>`];
  if (value === true) return ["<true/>"];
  return isList(value) ? within("array", value.flatMap(element)) : within(
    "dict",
    Object.entries(value).flatMap(([key, v]) => [`<key>${escapeXml(key)}</key>`, ...element(v)]),
  );
}

function isList(value: object): value is readonly PlistValue[] {
  return Array.isArray(value);
}

function within(tag: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [`<${tag}/>`];
  return [`<${tag}>`, ...lines.map((line) => `  ${line}`), `</${tag}>`];
}
