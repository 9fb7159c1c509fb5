/** What `status` says. */
export const status = {
  "status.first-backup": "the first backup makes it: hikae backup {job}",
  "status.not-there": "it is not there",
  "status.no-job": "no config has this job any more",
  "status.no-job-in": "{config} has no such job any more",
  "status.lost-scheduled": "its schedule still runs; remove it with `{line}`",
  "status.lost-log": "to forget it remove its logs: {dir}",
  "status.running-since": "running since {time}",
  "status.late": "status: late: {which}",
  "status.late-hint": "see on its machine why: hikae status, hikae logs",
  "status.no-plugin": '--notify: no job has a plugin "{name}"',
  "status.no-plugin-hint": "the config has: {names}",
  "status.no-plugin-none": "add one to a job or to defaults, as hikae:webhook",
  "status.file": "write {path}: {why}",
  "status.file-hint": "name a file in a directory that is there and that you may write to",
  "status.told": "told {name}",
  "status.not-told": "nothing has changed since {name} was told",
} as const;
