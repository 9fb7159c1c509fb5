/** `hikae delete`. @module */

import { HikaeError } from "../../base/errors.ts";
import { parsePoint } from "../../base/point.ts";
import type { DeleteRequest } from "../../engine/maintain/delete_plan.ts";
import type { Context } from "../command.ts";
import { runMaintain } from "./run_maintain.ts";
import { maintainRequest } from "./run_thinning.ts";
import { vaultArg } from "../lookup/vault_arg.ts";
import { text } from "../../text/text.ts";

/** Runs the command. */
export async function run(context: Context): Promise<number> {
  const [given, ...points] = context.parsed.args;
  if (given !== undefined && points.length === 0) {
    throw new HikaeError("usage", text("thinning.no-snapshot"), {
      hint: text("thinning.no-snapshot-hint", { vault: given }),
    });
  }
  for (const point of points) parsePoint(point);
  const vault = await vaultArg(context);
  const request: DeleteRequest = { ...maintainRequest(context, vault), points };
  return await runMaintain(context, "delete", request, vault);
}
