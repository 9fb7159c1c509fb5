/** `hikae bundle list`. @module */

import { EXIT } from "../../base/errors.ts";
import { text } from "../../text/text.ts";
import { lookAtBundles, tellBundles } from "./bundle_look.ts";
import type { RunCommand } from "../command.ts";

/** Runs the command. */
export const run: RunCommand = async (context) => {
  const found = await lookAtBundles(context, false);
  if (found === undefined) return EXIT.ok;
  if (!context.json && found.bundles.length > 0) context.say(text("bundle.list-head"));
  tellBundles(context, found);
  const broken = found.unreadable.length > 0 || found.bundles.some((one) => !one.whole);
  return broken ? EXIT.incomplete : EXIT.ok;
};
