/** The rules that a job has for its vaults, for `report`. Pure. @module */

import { defined } from "../base/defined.ts";
import type { Job } from "../config/types.ts";
import type { ReportRules } from "../engine/look/report_rules.ts";
import { isEmptyPolicy } from "../engine/retention.ts";

/** What the engine is to plan, and what there is to say beside it. */
export function reportRules(job: Job | undefined): { rules: ReportRules; note: string } {
  if (job === undefined) {
    return {
      rules: {},
      note:
        "A vault that is named by its path has no rules: hikae report JOB knows those of a job.",
    };
  }
  const { minVersions, deleted, ...policy } = job.keep ?? {};
  const rules: ReportRules = {
    ...(isEmptyPolicy(policy) ? {} : {
      policy,
      ...defined({ keepMinVersions: minVersions, keepDeleted: deleted }),
    }),
    ...defined({ maxRetention: job.maxRetention }),
  };
  const notes = [
    ...(rules.policy === undefined && rules.maxRetention === undefined
      ? ["The job has neither keep nor maxRetention: nothing goes by itself."]
      : []),
    ...(job.maxGenerations === undefined
      ? []
      : [`Each backup also keeps at most ${job.maxGenerations} older versions of a file.`]),
  ];
  return { rules, note: notes.join(" ") };
}
