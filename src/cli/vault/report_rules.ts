/** The rules that a job has for its vaults, for `report`. Pure. @module */

import { defined } from "../../base/defined.ts";
import type { Job } from "../../config/types.ts";
import type { ReportRules } from "../../engine/query/report_rules.ts";
import { isEmptyPolicy } from "../../engine/retention.ts";
import { text } from "../../text/text.ts";

/** What the engine is to plan, and what there is to say beside it. */
export function reportRules(job: Job | undefined): { rules: ReportRules; note: string } {
  if (job === undefined) {
    return {
      rules: {},
      note: text("report.no-rules-path"),
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
      ? [text("report.no-rules")]
      : []),
    ...(job.maxGenerations === undefined
      ? []
      : [text("report.generations", { most: job.maxGenerations })]),
  ];
  return { rules, note: notes.join(" ") };
}
