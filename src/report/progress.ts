/** How far a run is: pure functions of its totals. @module */

import type { StatusMessage } from "../base/event.ts";
import { formatSize } from "../base/size.ts";
import { text } from "../text/text.ts";
import { fitting } from "./display_width.ts";

/** Running totals. */
export interface ProgressState {
  seconds: number;
  /** Entries looked at. */
  entriesSeen: number;
  filesDone: number;
  bytesDone: number;
  /** What is known to be to do so far. */
  filesFound: number;
  bytesFound: number;
  /** That is all there is. */
  totalKnown: boolean;
  errors: number;
}

/** What a file costs besides its bytes, as bytes: so that many small ones do not make the time left a lie. */
const FILE = 64 << 10;

/** Before this many seconds, and this share of the work, a rate tells nothing. */
const SOON = { seconds: 2, share: 0.01 };

/** The share of the work that is done, between 0 and 1; undefined while the total is unknown. */
function shareDone(s: ProgressState): number | undefined {
  const all = s.bytesFound + s.filesFound * FILE;
  if (!s.totalKnown || all === 0) return undefined;
  return Math.min(1, (s.bytesDone + s.filesDone * FILE) / all);
}

/** Seconds that the rest takes at the pace so far; undefined while that is a guess. */
function secondsLeft(s: ProgressState): number | undefined {
  const share = shareDone(s);
  if (share === undefined || s.seconds < SOON.seconds || share < SOON.share) return undefined;
  return s.seconds * (1 - share) / share;
}

/** One line of at most 79 characters. */
export function progressLine(s: ProgressState): string {
  const share = shareDone(s);
  // what is only found is not done: the number that is would seem to go back when the total is known
  const found = Math.max(s.entriesSeen, s.filesFound);
  const files = share === undefined
    ? found > s.filesDone
      ? text("progress.found", { n: String(found) })
      : text("progress.files", { n: String(s.filesDone) })
    : text("progress.of-files", {
      done: String(Math.min(s.filesDone, s.filesFound)),
      all: String(s.filesFound),
    });
  const size = share === undefined ? formatSize(s.bytesDone) : text("progress.of-size", {
    percent: Math.floor(share * 100),
    size: formatSize(s.bytesFound),
  });
  const rate = s.seconds > 0.5 && s.bytesDone > 0
    ? `, ${formatSize(s.bytesDone / s.seconds)}/s`
    : "";
  const left = secondsLeft(s);
  const time = left === undefined ? "" : `, ${text("progress.left", { time: duration(left) })}`;
  const errors = s.errors > 0 ? `, ${text("progress.errors", { n: s.errors })}` : "";
  return fitting(`${clock(s.seconds)}  ${files}, ${size}${rate}${time}${errors}`, 79);
}

/** The message for programs, in the shape of restic's. */
export function progressStatus(s: ProgressState): StatusMessage {
  const share = shareDone(s);
  const left = secondsLeft(s);
  return {
    message_type: "status",
    seconds_elapsed: Math.round(s.seconds * 10) / 10,
    ...(share === undefined ? {} : {
      percent_done: Math.round(share * 1000) / 1000,
      total_files: s.filesFound,
      total_bytes: s.bytesFound,
    }),
    files_done: s.filesDone,
    bytes_done: s.bytesDone,
    ...(left === undefined ? {} : { seconds_remaining: Math.round(left) }),
    error_count: s.errors,
  };
}

function clock(seconds: number): string {
  const s = Math.floor(seconds);
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
}

function duration(seconds: number): string {
  if (seconds < 90) return text("time.seconds", { time: Math.ceil(seconds) });
  if (seconds < 5400) return text("time.minutes", { time: Math.round(seconds / 60) });
  return text("time.hours", { time: (seconds / 3600).toFixed(1) });
}
