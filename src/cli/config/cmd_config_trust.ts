/** `config trust`: allows the config of the working directory to start its plugins and programs. @module */

import { EXIT, HikaeError } from "../../base/errors.ts";
import { printable } from "../../report/printable.ts";
import { text } from "../../text/text.ts";
import type { RunCommand } from "../command.ts";
import { needConfig, platformOf } from "./config_load.ts";
import { startedBy, trust } from "./config_trust.ts";
import { sayDone } from "../output.ts";

/** Runs the command. */
export const run: RunCommand = async (context) => {
  const { parsed, cwd, env } = context;
  const [asked, ...more] = parsed.args;
  if (more.length > 0) throw new HikaeError("usage", text("trust.one-file"));
  const platform = platformOf(Deno.build.os);
  const named = asked ?? parsed.get("config");
  const { config, file, source, refused } = await needConfig({
    cwd,
    env,
    platform,
    ...(named === undefined ? {} : { config: named }),
  });
  // it would be allowed, and every run refused for it
  if (refused !== undefined) throw refused;
  const started = startedBy(config);
  trust(file, source, { env, platform });
  if (context.json) {
    context.emit({ message_type: "summary", action: "config trust", file, starts: started });
    return EXIT.ok;
  }
  for (const thing of started) context.tell(`  ${printable(thing)}`);
  sayDone(context, text("trust.done", { file: printable(file) }));
  return EXIT.ok;
};
