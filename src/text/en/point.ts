/** What is said about points in time and durations. */
export const point = {
  "point.none": 'read point in time: "{written}" is not a point in time',
  "point.examples":
    'write a stamp such as 20261120_180000, latest, latest~2, 2026-11-20, "2026-11-20 18:00", "yesterday 18:00", "last monday" or an age such as 3d, 2w or 36h',
  "point.ambiguous": '{what}: "{period}" may mean months or minutes',
  "point.ambiguous-hint": "write {months} for months, {minutes} for minutes",
  "point.clear-period":
    "one that cannot be read in two ways: {months} for months, {minutes} for minutes",
  "point.choose": 'choose snapshot "{written}": {cause}',
  "point.no-backup": "there is no finished backup",
  "point.make-one": "make one with hikae backup",
  "point.interrupted-only":
    "name the interrupted run by its stamp, {stamp}, or run the backup again",
  "point.only": "the only one is {stamp}",
  "point.range": "the oldest is {oldest}, the newest {newest}",
  "point.so-many": { one: "there is 1 snapshot", other: "there are {n} snapshots" },
  "point.none-then": "no snapshot is that old",
  "point.none-before": "no snapshot at or before {time}",
  "point.no-such-stamp": "no run has this stamp",
  "point.nearest": "nearest: {near}; {range}",
} as const;
