/** `hikae bundle restore`. @module */

import { EXIT, HikaeError } from "../../base/errors.ts";
import { formatSize } from "../../base/size.ts";
import { bundlesArg } from "./bundle_arg.ts";
import { identitiesGiven } from "./bundle_look.ts";
import { explainReach, reach } from "./bundle_place.ts";
import { text } from "../../text/text.ts";
import type { RunCommand } from "../command.ts";
import { sayDone } from "../say_done.ts";
import { runEngine } from "../engine.ts";
import { makeParents, realPlaceToMake } from "../vault/places.ts";
import { finishLinks } from "../vault/restore_finish.ts";
import { self } from "../vault/restore_plan.ts";

const WINDOWS = Deno.build.os === "windows";

/** Runs the command. */
export const run: RunCommand = async (context) => {
  const started = context.clock.now();
  const [given, ...paths] = context.parsed.args;
  const to = context.parsed.get("to");
  const keys = context.parsed.all("identity");
  if (given === undefined || to === undefined || keys.length === 0) {
    throw new HikaeError("usage", text("bundle.restore-arguments"), {
      hint: text("bundle.restore-hint"),
    });
  }
  const place = await bundlesArg(context, text("bundle.restore-hint"));
  const identities = await identitiesGiven(context);
  const target = realPlaceToMake(context.cwd, to);
  // before main gives its rights up; a bundle is not signed, so nothing gets another owner
  const owner = { ...self(), owner: false };
  const explain = context.parsed.has("explain-permissions");
  if (!explain) makeParents(target);
  const request = { ...place, identities, paths, at: context.parsed.get("at"), target };
  const thread = { thread: "downloader" as const };
  const reached = explain ? undefined : await reach(context, place.where, thread);
  const done = await runEngine(context, {
    command: "bundleRestore",
    access: "bundleRestore",
    roots: { target: [target], ...(place.away === true ? {} : { bundles: [place.where] }) },
    // links can only be made by a thread whose rights are not narrowed to paths
    keep: ["read", "write"],
    request: { ...request, windows: WINDOWS },
    ...(reached === undefined ? {} : { answers: reached.answers }),
  }).finally(() => reached?.end());
  if (done === undefined) {
    explainReach(context, place.where, thread);
    return EXIT.ok;
  }
  const rest = await finishLinks(context, { target, self: owner, windows: WINDOWS }, done);
  const errors = done.errors + rest.errors;
  const { stamp, directories } = done;
  // links count as files (decision 24)
  const files = done.files + rest.links;
  const bytes = done.bytes + rest.bytes;
  if (context.json) {
    context.emit({
      message_type: "summary",
      ...{ stamp, target, files, links: rest.links, directories, bytes, errors },
      total_duration: (context.clock.now() - started) / 1000,
    });
  } else {
    const size = formatSize(bytes);
    const counts = { n: files, links: rest.links, dirs: directories };
    sayDone(context, text("bundle.restored", { stamp, target: to, size, ...counts }));
    if (errors > 0) context.tell(text("summary.restore-errors", { n: errors }));
  }
  return errors > 0 ? EXIT.incomplete : EXIT.ok;
};
