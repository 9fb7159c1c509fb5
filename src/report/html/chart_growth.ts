/** The growth of a vault: current content, and older versions on top of it. Pure. @module */

import type { ReportRun } from "../../base/report_data.ts";
import { formatSize } from "../../base/size.ts";
import { stampToInstant } from "../../base/stamp.ts";
import { text } from "../../text/text.ts";
import { gridline, round } from "./chart_runs.ts";
import { escape } from "./escape.ts";
import { dateOf, niceBytes, timesOf } from "./numbers.ts";

const WIDTH = 1000;
const HEIGHT = 180;
/** More points than these cannot be seen. */
const MOST = 400;

/** The chart as HTML with an SVG drawing; needs two runs to be one. */
export function growthChart(all: readonly ReportRun[]): string {
  const runs = thinned(all);
  const [first, last] = [runs[0], runs.at(-1)];
  if (first === undefined || last === undefined || runs.length < 2) return "";
  const top = niceBytes(Math.max(...runs.map((r) => r.current + r.past), 1));
  const from = stampToInstant(first.stamp);
  const span = Math.max(1, stampToInstant(last.stamp) - from);
  const x = (r: ReportRun): string => round((stampToInstant(r.stamp) - from) / span * WIDTH);
  const y = (bytes: number): string => round(HEIGHT - bytes / top * HEIGHT);
  // content changes at a run and not between two
  const line = (value: (r: ReportRun) => number): string =>
    runs.map((r, i) => i === 0 ? `M${x(r)} ${y(value(r))}` : `H${x(r)}V${y(value(r))}`).join("");
  const area = (kind: string, value: (r: ReportRun) => number): string =>
    `<path class="${kind}" d="${line(value)}V${HEIGHT}H0Z"/>`;
  const label = text("page.chart-growth", {
    first: dateOf(first.stamp),
    last: dateOf(last.stamp),
  });
  const sameDay = dateOf(first.stamp) === dateOf(last.stamp);
  const when = sameDay ? timesOf([first.stamp, last.stamp]) : dateOf;
  return `<div class="chart wide">
<div class="axis" aria-hidden="true"><span>${formatSize(top)}</span><span style="top:50%">${
    formatSize(top / 2)
  }</span><span style="top:100%">0</span></div>
<div class="plot"><svg role="img" aria-label="${
    escape(label)
  }" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" height="${HEIGHT}">${
    area("past", (r) => r.current + r.past)
  }${area("current", (r) => r.current)}${gridline(0, WIDTH)}${gridline(HEIGHT / 2, WIDTH)}` +
    `<path class="base" d="M0 ${HEIGHT}H${WIDTH}"/></svg>
<div class="ends" aria-hidden="true"><span>${when(first.stamp)}</span><span>${
      when(last.stamp)
    }</span></div></div>
</div>`;
}

function thinned(runs: readonly ReportRun[]): ReportRun[] {
  const step = Math.ceil(runs.length / MOST);
  return runs.filter((_, i) => i % step === 0 || i === runs.length - 1);
}
