/** `hikae bundle verify`. @module */

import { EXIT } from "../../base/errors.ts";
import { text } from "../../text/text.ts";
import { identitiesGiven, lookAtBundles, tellBundles } from "./bundle_look.ts";
import type { RunCommand } from "../command.ts";

/** Runs the command. */
export const run: RunCommand = async (context) => {
  const started = context.clock.now();
  const keys = await identitiesGiven(context);
  const found = await lookAtBundles(context, true, keys.length > 0 ? keys : undefined);
  if (found === undefined) return EXIT.ok;
  if (!context.json && found.bundles.length > 0) context.say(text("bundle.list-head"));
  tellBundles(context, found);
  for (const path of found.others) {
    context.emit({ message_type: "note", message: text("bundle.no-manifest-names-it"), path });
  }
  const broken = found.bundles.filter((one) => !one.whole).length;
  const tampered = found.tampered.length;
  const errors = broken + found.unreadable.length + found.wrong.length + tampered;
  if (context.json) {
    context.emit({
      message_type: "summary",
      bundles: found.bundles.length,
      bundles_broken: broken,
      manifests_unreadable: found.unreadable.length,
      others: found.others.length,
      tampered,
      contents_wrong: keys.length > 0 ? found.wrong.length : null,
      errors,
      total_duration: (context.clock.now() - started) / 1000,
    });
  } else if (errors === 0) {
    const n = found.bundles.length;
    context.say(text(keys.length > 0 ? "bundle.all-right" : "bundle.all-whole", { n }));
  }
  return errors > 0 ? EXIT.failed : EXIT.ok;
};
