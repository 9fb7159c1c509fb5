/** `hikae bundle restore`. @module */

import { EXIT, HikaeError } from "../base/errors.ts";
import { formatSize } from "../base/size.ts";
import { readIdentities } from "./bundle_look.ts";
import { text } from "../text/text.ts";
import type { RunCommand } from "./command.ts";
import { runEngine } from "./engine.ts";
import { makeParents, realPlace, realPlaceToMake } from "./places.ts";
import { finishLinks } from "./restore_finish.ts";
import { self } from "./restore_plan.ts";

const WINDOWS = Deno.build.os === "windows";

/** Runs the command. */
export const run: RunCommand = async (context) => {
  const started = context.clock.now();
  const [where, ...paths] = context.parsed.args;
  const to = context.parsed.get("to");
  const keys = context.parsed.all("identity");
  if (where === undefined || to === undefined || keys.length === 0) {
    throw new HikaeError("usage", text("bundle.restore-arguments"), {
      hint: text("bundle.restore-hint"),
    });
  }
  const place = realPlace(context.cwd, where, "no_vault", "bundles");
  const identities = keys.flatMap((file) => readIdentities(context, file));
  const target = realPlaceToMake(context.cwd, to);
  // before main gives its rights up; a bundle is not signed, so nothing gets another owner
  const owner = { ...self(), owner: false };
  if (!context.parsed.has("explain-permissions")) makeParents(target);
  const request = { where: place, identities, paths, at: context.parsed.get("at"), target };
  const done = await runEngine(context, {
    command: "bundleRestore",
    access: "bundleRestore",
    roots: { bundles: [place], target: [target] },
    // links can only be made by a thread whose rights are not narrowed to paths
    keep: ["read", "write"],
    request: { ...request, windows: WINDOWS },
  });
  if (done === undefined) return EXIT.ok;
  const rest = await finishLinks(context, { target, self: owner, windows: WINDOWS }, done);
  const errors = done.errors + rest.errors;
  const { stamp, files, bytes, directories } = done;
  if (context.json) {
    context.emit({
      message_type: "summary",
      ...{ stamp, target, files, links: rest.links, directories, bytes, errors },
      total_duration: (context.clock.now() - started) / 1000,
    });
  } else {
    const size = formatSize(bytes);
    const counts = { n: files, links: rest.links, dirs: directories };
    context.say(text("bundle.restored", { stamp, target: to, size, ...counts }));
  }
  return errors > 0 ? EXIT.incomplete : EXIT.ok;
};
