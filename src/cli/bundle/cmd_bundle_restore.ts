/** `hikae bundle restore`. @module */

import { EXIT, HikaeError } from "../../base/errors.ts";
import { bundlesArg } from "./bundle_arg.ts";
import { attributesAsked, attributesFor, finishAttributes } from "../attributes/restore.ts";
import { identitiesGiven } from "./bundle_look.ts";
import { explainReach, reach } from "./bundle_place.ts";
import { restoreText } from "../../report/restore.ts";
import { text } from "../../text/text.ts";
import type { RunCommand } from "../command.ts";
import { sayDone } from "../output.ts";
import { runEngine } from "../engine.ts";
import { refuseWriteInVault } from "../places/enclosing_vault.ts";
import { makeParents, realPlaceToMake } from "../places/places.ts";
import { linkMaker } from "../link_maker.ts";
import { refuseFile, self } from "../vault/restore_plan.ts";

const WINDOWS = Deno.build.os === "windows";

/** Runs the command. */
export const run: RunCommand = async (context) => {
  const started = context.clock.now();
  const [from, ...paths] = context.parsed.args;
  const to = context.parsed.get("to");
  const keys = context.parsed.all("identity");
  if (from === undefined || to === undefined || keys.length === 0) {
    throw new HikaeError("usage", text("bundle.restore-arguments"), {
      hint: text("bundle.restore-hint"),
    });
  }
  const place = await bundlesArg(context, text("bundle.restore-hint"));
  const identities = await identitiesGiven(context);
  const target = realPlaceToMake(context.cwd, to);
  refuseWriteInVault(target);
  refuseFile(target);
  const explain = context.parsed.has("explain-permissions");
  if (!explain) makeParents(target);
  const attributes = context.parsed.has("attributes");
  const { helper, missing, undo } = attributesFor(context, { attributes, target });
  const undone = (error: unknown): never => {
    undo();
    throw error;
  };
  const request = {
    ...place,
    identities,
    paths,
    at: context.parsed.get("at"),
    target,
    self: self(),
    windows: WINDOWS,
    ...attributesAsked(helper),
  };
  const thread = { thread: "downloader" as const };
  const reached = explain ? undefined : await reach(context, place.where, thread).catch(undone);
  const done = await runEngine(context, {
    command: "bundleRestore",
    access: "bundleRestore",
    roots: { target: [target], ...(place.away === true ? {} : { bundles: [place.where] }) },
    // links can only be made by a thread whose rights are not narrowed to paths
    keep: ["read", "write", ...(WINDOWS && attributes ? ["run" as const] : [])],
    request,
    answers: {
      ...linkMaker(context, target),
      ...reached?.answers,
      ...(helper === undefined ? {} : { attributes: (q) => helper.answer(q) }),
    },
  }).catch(undone).finally(() => reached?.end());
  if (done === undefined) {
    explainReach(context, place.where, thread);
    return EXIT.ok;
  }
  const given = await finishAttributes(context, { target, windows: WINDOWS, helper }, done);
  const { stamp, files, bytes, links, directories, errors } = done;
  const total_duration = (context.clock.now() - started) / 1000;
  if (context.json) {
    const counts = { files, links, directories, bytes };
    context.emit({
      message_type: "summary",
      ...{ stamp, target, ...counts, ...given, errors, total_duration },
    });
  } else {
    const counts = { files_restored: files, links_restored: links, dirs_restored: directories };
    const all = { ...counts, bytes_restored: bytes, errors, total_duration };
    sayDone(context, restoreText({ stamp, target: to, ...all }));
  }
  return errors > 0 || missing ? EXIT.incomplete : EXIT.ok;
};
