/** What `status` says. */
export const status = {
  "status.first-backup": "the first backup makes it: hikae backup {job}",
  "status.not-there": "it is not there",
  "status.no-job": "no config has this job any more",
  "status.no-job-in": "{config} has no such job any more",
  "status.lost-scheduled": "its schedule still runs; remove it with: {line}",
  "status.lost-log": "to forget it remove its logs: {dir}",
  "status.running-since": "running since {time}",
} as const;
