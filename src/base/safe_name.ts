/**
 * A job's name as a file name: the same on every system, readable, reversible. Letters and digits of any
 * script stay as they are; what some system forbids or reads in its own way is written `%XX`.
 * @module
 */

const KEEP = /^[\p{L}\p{N}\p{M}_.-]$/u;
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** The file name for a job's name. */
export function safeName(name: string): string {
  let out = "";
  for (const char of name) out += KEEP.test(char) ? char : percent(char);
  if (RESERVED.test(out) || out.startsWith(".")) out = percent(out.charAt(0)) + out.slice(1);
  return out.endsWith(".") ? `${out.slice(0, -1)}%2E` : out;
}

/** The name that {@link safeName} gave the file name of; the text itself when it gave no such one. */
export function unsafeName(file: string): string {
  try {
    return decodeURIComponent(file);
  } catch {
    return file;
  }
}

function percent(char: string): string {
  let out = "";
  for (const byte of new TextEncoder().encode(char)) {
    out += `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return out;
}
