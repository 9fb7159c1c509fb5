/** `hikae serve`: has the thread that listens load while everything else does. @module */

import { defined } from "../../base/defined.ts";
import { HikaeError } from "../../base/errors.ts";
import { text } from "../../text/text.ts";
import type { Context, RunCommand } from "../command.ts";
import { PageServer } from "./page_server.ts";

/** Runs the command: serves until Ctrl-C. */
export const run: RunCommand = async (given) => {
  const { parsed } = given;
  const port = portOf(given);
  // a click may find a server that runs
  const later = parsed.has("clicked") || parsed.has("explain-permissions");
  const server = later ? undefined : new PageServer(port);
  try {
    const { serveVaults } = await import("./serve_vaults.ts");
    return await serveVaults(given, { port, ...defined({ server }) });
  } finally {
    server?.close();
  }
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
