/** What `logs` says. */
export const logs = {
  "logs.one-job": 'logs: "{more}" is one argument too many',
  "logs.none": "no run has left a log yet; scheduled runs leave one, and hikae backup JOB --log",
  "logs.no-log": "logs: no run of {job} has left a log",
  "logs.no-log-hint": "scheduled runs leave one, and hikae backup {job} --log",
} as const;
