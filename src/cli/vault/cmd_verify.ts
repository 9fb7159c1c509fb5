/** `hikae verify`. @module */

import { readVaultFile, vaultFile } from "../places/vault_file.ts";
import { defined } from "../../base/defined.ts";
import { EXIT, HikaeError } from "../../base/errors.ts";
import type { VerifyRequest } from "../../engine/verify/request.ts";
import { parseVaultInfo } from "../../vault/vault_json.ts";
import { hostName } from "../host.ts";
import type { Context } from "../command.ts";
import { runEngine } from "../engine.ts";
import { absolute } from "../places/places.ts";
import { parsePercent } from "../parse_percent.ts";
import { onlyVaultArg, type VaultArg } from "../lookup/vault_arg.ts";
import { text } from "../../text/text.ts";

/** Runs the command. */
export async function run(context: Context): Promise<number> {
  const { parsed } = context;
  const sample = parsed.get("sample");
  const share = sample === undefined ? undefined : parsePercent(sample, "verify: --sample");
  const repair = parsed.has("repair");
  const vault = await onlyVaultArg(context);
  const source = repair ? sourceOf(context, vault) : undefined;
  const request: VerifyRequest = {
    root: vault.root,
    given: vault.given,
    host: hostName(),
    pid: Deno.pid,
    ...(share === undefined || share === 1 ? {} : { sample: share }),
    repair,
    ...defined({ source }),
    windows: Deno.build.os === "windows",
  };
  const counts = await runEngine(context, {
    command: "verify",
    access: !repair ? "look" : source === undefined ? "maintain" : "repair",
    roots: { vault: [vault.root], ...(source === undefined ? {} : { source: [source] }) },
    request,
  });
  return (counts?.errors ?? 0) > 0 ? EXIT.failed : EXIT.ok;
}

/** The real path of the job's source, or of the one that the vault names; undefined when it is not there. */
function sourceOf(context: Context, vault: VaultArg): string | undefined {
  let source = vault.job?.job.source;
  try {
    if (source === undefined) {
      source = parseVaultInfo(readVaultFile(vault.root), vaultFile(vault.root)).source;
    }
    return Deno.realPathSync(absolute(context.cwd, source));
  } catch (error) {
    // the engine says what is wrong with the vault itself
    if (error instanceof HikaeError || source === undefined) return undefined;
    context.emit({
      message_type: "note",
      message: text("verify.source-gone"),
      path: source,
    });
    return undefined;
  }
}
