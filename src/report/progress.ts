/** The progress line: a pure function of the totals. @module */

import { formatSize } from "../base/size.ts";

/** Running totals. */
export interface ProgressState {
  seconds: number;
  filesDone: number;
  bytesDone: number;
  /** What is known to be there so far. */
  filesFound: number;
  bytesFound: number;
  /** That is all there is. */
  whole: boolean;
  errors: number;
}

/** One line of at most 79 characters. */
export function progressLine(s: ProgressState): string {
  const rate = s.seconds > 0.5 && s.bytesDone > 0
    ? `, ${formatSize(s.bytesDone / s.seconds)}/s`
    : "";
  const left = s.whole && s.bytesFound > s.bytesDone && s.bytesDone > 0 && s.seconds > 2
    ? `, about ${duration((s.bytesFound - s.bytesDone) / (s.bytesDone / s.seconds))} left`
    : "";
  const errors = s.errors > 0 ? `, ${s.errors} error${s.errors === 1 ? "" : "s"}` : "";
  const files = Math.max(s.filesFound, s.filesDone);
  return `${clock(s.seconds)}  ${files} files, ${formatSize(s.bytesDone)}${rate}${left}${errors}`
    .slice(0, 79);
}

function clock(seconds: number): string {
  const s = Math.floor(seconds);
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
