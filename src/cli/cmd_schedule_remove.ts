/** `schedule remove`: takes a job out of the system's scheduler. @module */

import { EXIT } from "../base/errors.ts";
import { applyPlan, renderPlan } from "../schedule/plan.ts";
import { planRemove } from "../schedule/schedulers.ts";
import type { RunCommand } from "./command.ts";
import { gatherHost, jobArgument } from "./schedule_host.ts";
import { sayDone } from "./say_done.ts";

/** Runs `schedule remove`; the job need not be in the config any more. */
export const run: RunCommand = async (context) => {
  const { name } = jobArgument(context);
  const { scheduler, place, ports } = await gatherHost(context);
  const plan = await planRemove(scheduler, name, place, ports.run);
  const print = context.parsed.has("print");
  if (print) context.say(renderPlan(plan));
  else await applyPlan(plan, ports);
  if (context.json) {
    context.emit({
      message_type: "summary",
      action: "schedule remove",
      job: name,
      scheduler,
      removed: !print,
    });
  } else if (!print) sayDone(context, `${name}: no longer scheduled (${scheduler})`);
  return EXIT.ok;
};
