/** `vault.json`: what a vault is (design, *Vault on disk*). Pure. @module */

import { HikaeError } from "../base/errors.ts";
import { text } from "../text/text.ts";

/** What `vault.json` says. */
export interface VaultInfo {
  /** 2 once a run has sealed its record. */
  format: 1 | 2;
  id: string;
  /** The stock command that checks the hashes. */
  hash: "b2sum" | "b3sum" | "sha256sum";
  source: string;
  host: string;
  /** RFC 3339. */
  created: string;
  case_sensitive: boolean;
  unicode: "nfc" | "nfd" | "any";
}

/** A `vault.json` is far smaller, in bytes; what is larger is none. */
export const MOST_OF_INFO = 65_536;

/** The format that this program writes and the newest that it reads. */
export const FORMAT = 2;

/** Writes `vault.json`. */
export function formatVaultInfo(info: VaultInfo): string {
  return `${JSON.stringify(info, null, 2)}\n`;
}

/** A vault of a newer format: nothing of it is guessed at. */
export class NewerFormat extends HikaeError {
  /** The format that it says. */
  constructor(format: number, path: string) {
    super("bad_vault", text("vault.newer-format", { format: String(format) }), {
      path,
      hint: text("vault.newer-format-hint"),
    });
  }
}

/** Reads `vault.json` at `path`; throws `bad_vault` when it is damaged, {@link NewerFormat} when it is newer. */
export function parseVaultInfo(json: string, path: string): VaultInfo {
  let value: unknown;
  try {
    // some editors put a mark of order before what they save
    value = JSON.parse(json.replace(/^\uFEFF/, ""));
  } catch (cause) {
    throw damaged(path, text("vault.json-not-json"), cause);
  }
  if (typeof value !== "object" || value === null) {
    throw damaged(path, text("vault.json-not-object"));
  }
  const v = value as Record<string, unknown>;
  if (typeof v.format === "number" && v.format > FORMAT) {
    throw new NewerFormat(v.format, path);
  }
  const wrong = wrongKey(v);
  if (wrong !== undefined) throw damaged(path, text("input.missing-or-wrong", { what: wrong }));
  return v as unknown as VaultInfo;
}

function wrongKey(v: Record<string, unknown>): string | undefined {
  if (v.format !== 1 && v.format !== FORMAT) return "format";
  for (const key of ["id", "source", "host", "created"]) {
    if (typeof v[key] !== "string") return key;
  }
  if (v.id === "") return "id";
  if (!["b2sum", "b3sum", "sha256sum"].includes(v.hash as string)) return "hash";
  if (typeof v.case_sensitive !== "boolean") return "case_sensitive";
  return ["nfc", "nfd", "any"].includes(v.unicode as string) ? undefined : "unicode";
}

/** What to do without a `vault.json`. */
export const LOST_HINT = "vault.json-hint";

function damaged(path: string, why: string, cause?: unknown): HikaeError {
  return new HikaeError("bad_vault", text("vault.json-damaged", { why }), {
    path,
    hint: text(LOST_HINT),
    cause,
  });
}
