/** What is said of report. @module */

/** The texts of this subject. */
export const report = {
  "report.in-vault": "--html: the file would lie in the vault",
  "report.in-vault-hint": "name a file outside of it",
  "report.write": "write the page: {why}",
  "report.write-hint": "name a file in a directory that is there and that you may write to",
  "report.no-rules-path":
    "A vault that is named by its path has no rules: hikae report JOB knows those of a job.",
  "report.no-rules": "The job has neither keep nor maxRetention: nothing is removed by itself.",
  "report.generations": "Each backup also keeps at most {most} older versions of a file.",
  "report.read": "read: {problem}",
} as const;
