/** Times that other tools write into the names of their copies. Pure. @module */

/** A date, and perhaps a time of the day and a zone, in whatever way they are set apart. */
const DATED = new RegExp(
  String.raw`(?<!\d)(\d{4})([-_.]?)(\d\d)\2(\d\d)` +
    String.raw`(?:[T _.@-]{0,3}(\d\d)[-_:.h]?(\d\d)(?:[-_:.m]?(\d\d))?s?(?:\.\d+)?(?!\d))?` +
    String.raw`(?:\s?(Z|UTC|GMT|[+-]\d\d:?\d\d)(?![A-Za-z\d]))?(?!\d)`,
  "i",
);

/** The instant (ms since 1970) that a name tells, in local time where it tells no zone; undefined where it tells none. */
export function timeInName(name: string): number | undefined {
  const found = DATED.exec(name);
  if (found === null) return undefined;
  const [, y, , mo, d, h = "0", mi = "0", s = "0", zone] = found;
  const fields = [y, mo, d, h, mi, s].map(Number);
  return instantOf(fields, zone);
}

/** True for a name that is a time and nothing else, as of a snapshot that holds several volumes. */
export function isTime(name: string): boolean {
  // as Time Machine names them on APFS
  const bare = name.replace(/\.(?:backup|previous)$/, "");
  return DATED.exec(bare)?.[0] === bare && /\d\d\D?\d\d\D?\d\d\D*$/.test(bare);
}

/** True for a copy that its tool has not ended, or never did: it lacks what had not come yet. */
export function isUnfinished(name: string): boolean {
  return /[._-](?:inprogress|interrupted|incomplete|partial)$/i.test(name) &&
    timeInName(name) !== undefined;
}

/** True for a directory of rsnapshot (`daily.3`): its time is that of the directory. */
export function isRotation(name: string): boolean {
  return /^(?:hourly|daily|weekly|monthly|yearly|alpha|beta|gamma|delta)\.\d+$/.test(name);
}

/** A version as File History names it. */
export interface FileHistoryName {
  /** What the file is called. */
  own: string;
  /** When it was saved, ms since 1970. */
  time: number;
}

const FILE_HISTORY = / \((\d{4})_(\d\d)_(\d\d) (\d\d)_(\d\d)_(\d\d) UTC\)(\.[^.]*)?$/;

/** Reads `name (2024_01_31 12_00_00 UTC).ext`; undefined for any other name. */
export function fileHistoryName(name: string): FileHistoryName | undefined {
  const found = FILE_HISTORY.exec(name);
  if (found === null || found.index === 0) return undefined;
  const time = instantOf(found.slice(1, 7).map(Number), "UTC");
  return time === undefined
    ? undefined
    : { own: name.slice(0, found.index) + (found[7] ?? ""), time };
}

/** The instant of year, month, day, hour, minute, second; undefined where the calendar has none. */
function instantOf(fields: readonly number[], zone: string | undefined): number | undefined {
  const [y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0] = fields;
  if (y < 1970 || h > 23 || mi > 59 || s > 59) return undefined;
  const utc = Date.UTC(y, mo - 1, d, h, mi, s);
  const there = new Date(utc);
  // the 31st of April would be the 1st of May
  if (there.getUTCMonth() !== mo - 1 || there.getUTCDate() !== d) return undefined;
  if (zone === undefined) return new Date(y, mo - 1, d, h, mi, s).getTime();
  const offset = /^([+-])(\d\d):?(\d\d)$/.exec(zone);
  if (offset === null) return utc;
  const minutes = Number(offset[2]) * 60 + Number(offset[3]);
  return utc - (offset[1] === "-" ? -minutes : minutes) * 60_000;
}
