/** The file that a page is written to: replaced in one step, or left as it was. @module */

import { systemText } from "../../base/system_text.ts";
import { defined } from "../../base/defined.ts";
import { basename, dirname, join } from "@std/path";
import { HikaeError } from "../../base/errors.ts";
import { replaceByPart } from "../new_file.ts";
import { refuseWriteInVault } from "../places/enclosing_vault.ts";
import { isInside, realPlaceToMake } from "../places/places.ts";
import { text } from "../../text/text.ts";

/** The real path of a file to write, which lies outside the vault; throws when there can be none. */
export function reportPlace(cwd: string, given: string, vault: string): string {
  const path = realPlaceToMake(cwd, given);
  if (isInside(path, vault, Deno.build.os === "windows")) {
    throw new HikaeError("usage", text("report.in-vault"), {
      path: given,
      hint: text("report.in-vault-hint"),
    });
  }
  refuseWriteInVault(path);
  try {
    if (Deno.statSync(path).isDirectory) throw unwritable(given, text("usage.is-directory"));
  } catch (error) {
    if (error instanceof HikaeError) throw error;
    // a file that is not there yet is what is wanted
  }
  return path;
}

/** Writes the file beside its place and moves it there. */
export function writeReport(path: string, given: string, text: string): void {
  const name = `.${basename(path).slice(0, 40)}.${crypto.randomUUID().slice(0, 8)}`;
  try {
    replaceByPart({ part: join(dirname(path), name), path, mode: 0o600 }, text);
  } catch (cause) {
    throw unwritable(given, `${systemText(cause)}`, cause);
  }
}

function unwritable(given: string, why: string, cause?: unknown): HikaeError {
  return new HikaeError("failed", text("report.write", { why }), {
    path: given,
    hint: text("report.write-hint"),
    ...defined({ cause }),
  });
}
