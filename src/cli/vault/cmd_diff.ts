/** `hikae diff`. @module */

import { readVaultFile, vaultFile } from "../places/vault_file.ts";
import { defined } from "../../base/defined.ts";
import { EXIT, HikaeError, isNotFound } from "../../base/errors.ts";
import { tryParsePoint } from "../../base/point.ts";
import { systemText } from "../../base/system_text.ts";
import type { DiffAnswer } from "../../engine/query/diff_answer.ts";
import { text } from "../../text/text.ts";
import { parseVaultInfo } from "../../vault/vault_json.ts";
import type { Context, RunCommand } from "../command.ts";
import { fromOriginal } from "./from_original.ts";
import { argumentsOf, runQuery } from "./run_query.ts";
import { ownDirs } from "../places/index_places.ts";
import { realPlace } from "../places/places.ts";
import { type VaultArg, vaultArg } from "../lookup/vault_arg.ts";

/** Runs the command. */
export const run: RunCommand = async (given) => {
  const { context } = await fromOriginal(given, { words: "first", flag: "path" });
  const [a, b] = argumentsOf(context, 0, 2);
  const withSource = context.parsed.has("source");
  if (withSource && b !== undefined) {
    throw new HikaeError("usage", text("diff.source-is-b"), {
      hint: text("diff.source-is-b-hint"),
    });
  }
  if (withSource && a === undefined) {
    throw new HikaeError("usage", text("diff.source-alone"), { hint: text("diff.source-hint") });
  }
  if (a !== undefined) refusePath(a);
  const vault = await vaultArg(context);
  const path = context.parsed.get("path");
  const source = withSource ? sourceOf(context, vault) : undefined;
  const { answer, exit } = await runQuery(context, {
    command: "diff",
    request: {
      ...defined({ a, b, path, source }),
      ...(source === undefined ? {} : { ownDirs: ownDirs(context.env, source) }),
    },
    ...defined({ source }),
  }, vault);
  if (answer === undefined) return EXIT.ok;
  if (!context.json) context.tell(summary(answer));
  return answer.errors > 0 ? EXIT.incomplete : exit;
};

/** A path where a point in time belongs: the flag for it is named. */
function refusePath(word: string): void {
  if (!/[/\\]/.test(word) || tryParsePoint(word) !== undefined) return;
  throw new HikaeError("usage", text("point.none", { written: word }), {
    hint: text("diff.path-hint", { path: word }),
  });
}

/** The real path of the source: the job's, or the one that the vault was made from. */
function sourceOf(context: Context, vault: VaultArg): string {
  return realPlace(
    context.cwd,
    vault.job?.job.source ?? recordedSource(vault),
    "source_missing",
    "source",
  );
}

function recordedSource(vault: VaultArg): string {
  let content: string;
  try {
    content = readVaultFile(vault.root);
  } catch (cause) {
    if (!isNotFound(cause)) {
      throw new HikaeError("bad_vault", text("vault.open", { problem: systemText(cause) }), {
        path: vaultFile(vault.root),
        hint: text("vault.json-hint"),
        cause,
      });
    }
    throw new HikaeError("no_vault", text("vault.no-vault"), {
      path: vault.given,
      hint: text("vault.no-vault-hint"),
      cause,
    });
  }
  return parseVaultInfo(content, vaultFile(vault.root)).source;
}

function summary(d: DiffAnswer): string {
  if (d.from === "none") return text("diff.first", { to: d.to, n: d.added });
  const counts = [
    text("diff.added", { n: d.added }),
    text("diff.removed", { n: d.removed }),
    text("diff.modified", { n: d.modified }),
    ...(d.moved > 0 ? [text("share.n-moved", { n: d.moved })] : []),
    ...(d.type_changed > 0 ? [text("diff.other-type", { count: d.type_changed })] : []),
  ];
  return text("diff.from-to", {
    from: d.from,
    to: d.to === "source" ? text("diff.source-now") : d.to,
    counts: counts.join(", "),
  });
}
