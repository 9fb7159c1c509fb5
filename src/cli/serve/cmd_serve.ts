/** `hikae serve`. @module */

import { defined } from "../../base/defined.ts";
import { tryParseDuration } from "../../base/duration.ts";
import { EXIT, HikaeError } from "../../base/errors.ts";
import { text } from "../../text/text.ts";
import type { Context, RunCommand } from "../command.ts";
import { openClicked } from "./clicked.ts";
import { withOriginals } from "./first_page.ts";
import { restorePlace } from "./restore_here.ts";
import { runServer } from "./run_server.ts";
import { servedVaults } from "./served.ts";
import { explain, taskOf } from "./served_task.ts";

/** A server that a click started ends after so long without a request, ms. */
const IDLE = 30 * 60_000;

/** Runs the command: serves until Ctrl-C. */
export const run: RunCommand = async (given) => {
  if (given.parsed.has("clicked")) {
    return await openClicked(given, (context, { vaults, opensAt, place }) => {
      const served = vaults.map((vault) => taskOf(context, vault));
      const clicked = { idle: idleOf(context), ...defined({ place }) };
      return runServer(context, { served, opensAt, port: 0, clicked });
    });
  }
  const { context, opensAt } = await withOriginals(given);
  const port = portOf(context);
  const setup = context.parsed.has("allow-setup");
  // before the first set-up there is none
  const vaults = await servedVaults(context).catch((error) => {
    if (setup && context.parsed.args.length === 0) return [];
    throw error;
  });
  const served = vaults.map((vault) => taskOf(context, vault));
  const restoreInto = restorePlace(context, served);
  if (context.parsed.has("explain-permissions")) {
    explain(context, served, port);
    return EXIT.ok;
  }
  return await runServer(context, { served, port, setup, ...defined({ opensAt, restoreInto }) });
};

function portOf(context: Context): number {
  const given = context.parsed.get("port");
  if (given === undefined) return 0;
  const port = Number(given);
  if (/^\d{1,5}$/.test(given) && port > 0 && port < 65536) return port;
  throw new HikaeError("usage", text("serve.no-port", { given }), {
    hint: text("serve.no-port-hint"),
  });
}

function idleOf({ parsed }: Context): number {
  const given = parsed.get("idle");
  return given === undefined ? IDLE : tryParseDuration(given)?.ms ?? IDLE;
}
