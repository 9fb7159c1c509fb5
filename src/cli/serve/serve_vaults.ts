/** What `hikae serve` was asked to serve, found and served. @module */

import { defined } from "../../base/defined.ts";
import { tryParseDuration } from "../../base/duration.ts";
import { EXIT } from "../../base/errors.ts";
import type { Context } from "../command.ts";
import { openClicked } from "./clicked.ts";
import { withOriginals } from "./first_page.ts";
import type { PageServer } from "./page_server.ts";
import { restorePlace } from "./restore_here.ts";
import { runServer } from "./run_server.ts";
import { servedVaults } from "./served.ts";
import { explain, taskOf } from "./served_task.ts";

/** A server that a click started ends after so long without a request, ms. */
const IDLE = 30 * 60_000;

/** Where it is served: by `server`, if that was started already. */
interface ServedWhere {
  port: number;
  server?: PageServer;
}

/** Finds the vaults and serves them until Ctrl-C. */
export async function serveVaults(
  given: Context,
  { port, server }: ServedWhere,
): Promise<number> {
  if (given.parsed.has("clicked")) {
    return await openClicked(given, (context, { vaults, opensAt, place }) => {
      const served = vaults.map((vault) => taskOf(context, vault));
      const clicked = { idle: idleOf(context), ...defined({ place }) };
      return runServer(context, { served, opensAt, port: 0, clicked });
    });
  }
  const { context, opensAt } = await withOriginals(given);
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
  return await runServer(context, {
    served,
    port,
    setup,
    ...defined({ opensAt, restoreInto, server }),
  });
}

function idleOf({ parsed }: Context): number {
  const given = parsed.get("idle");
  return given === undefined ? IDLE : tryParseDuration(given)?.ms ?? IDLE;
}
