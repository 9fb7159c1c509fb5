/** Runs over time: what came above a line, what went below it, what failed in a row of its own. Pure. @module */

import type { Amount } from "../../base/report_data.ts";
import { type Bar, barText } from "./bars.ts";
import { escape } from "./escape.ts";

/** What a chart shows of each run. */
export interface RunsChart {
  /** Its name, for those who cannot see it. */
  title: string;
  value: (amount: Amount) => number;
  text: (value: number) => string;
  /** Where an axis may end that must reach `n`. */
  nice: (n: number) => number;
}

const HEIGHT = 160;
const SLOT = 10;
const WIDTH = 7;
/** A bar so many times higher than all others is cut: it would make them invisible. */
const TOWER = 4;
/** Two numbers of an axis that are nearer to each other than this would overlap. */
const APART = 16;
/** Fewer bars than these are narrower than the two dates below them. */
const FEW = 6;

/** The scale of the bars. */
interface Scale {
  up: number;
  down: number;
  /** Height of the part above the line. */
  zero: number;
}

/** The chart as HTML with an SVG drawing that stretches to the width it is given. */
export function runsChart(bars: readonly Bar[], chart: RunsChart): string {
  const scale = scaleOf(bars, chart);
  const width = bars.length * SLOT;
  const drawn = bars.map((b, i) => drawBar(b, i * SLOT, scale, chart)).join("");
  const cut = bars.filter((b) => upOf(b, chart) > scale.up);
  // what a bar stands for is said above the chart: on a phone there is room for two dates and no more
  const date = (b: Bar | undefined): string => b?.label.replace("week of ", "") ?? "";
  const [first, last] = [date(bars[0]), date(bars.at(-1))];
  const failed = bars.some((b) => b.failed > 0);
  const label = `${chart.title}, ${first} to ${last}`;
  return `<div class="chart" style="--n:${bars.length}">
<div class="axis" aria-hidden="true"><span>${chart.text(scale.up)}</span>${`<span style="top:${
    percent(scale.zero / HEIGHT)
  }">0</span>`}${
    HEIGHT - scale.zero < APART ? "" : `<span style="top:100%">${chart.text(scale.down)}</span>`
  }</div>
<div class="plot"><svg role="img" aria-label="${
    escape(label)
  }" viewBox="0 0 ${width} ${HEIGHT}" preserveAspectRatio="none" height="${HEIGHT}">${
    gridline(0, width)
  }${drawn}<path class="base" d="M0 ${round(scale.zero)}H${width}"/></svg>${
    failed ? failures(bars, width) : ""
  }<div class="ends" aria-hidden="true">${ends(first, last, bars.length)}</div></div>
</div>${cut.map((b) => cutNote(b, chart)).join("")}`;
}

function ends(first: string, last: string, count: number): string {
  if (count === 1) return `<span>${escape(first)}</span>`;
  return count < FEW
    ? `<span>${escape(first)} to ${escape(last)}</span>`
    : `<span>${escape(first)}</span><span>${escape(last)}</span>`;
}

function cutNote(b: Bar, chart: RunsChart): string {
  return `<p class="small">Cut off at the top: ${escape(b.label)} with ${
    chart.text(upOf(b, chart))
  }.</p>`;
}

function scaleOf(bars: readonly Bar[], chart: RunsChart): Scale {
  const ups = bars.map((b) => upOf(b, chart)).sort((a, b) => b - a);
  const [highest = 0, second = 0] = ups;
  const down = Math.max(0, ...bars.map((b) => chart.value(b.deleted)));
  const rest = Math.max(second, down);
  const tower = rest > 0 && highest > TOWER * rest;
  const up = chart.nice(tower ? rest * 1.15 : highest);
  if (down === 0) return { up, down, zero: HEIGHT };
  // one unit is as long below the line as above it, so the axis ends where the bars do
  return { up, down, zero: HEIGHT * up / (up + down) };
}

function upOf(b: Bar, chart: RunsChart): number {
  return chart.value(b.new) + chart.value(b.changed);
}

function drawBar(b: Bar, x: number, scale: Scale, chart: RunsChart): string {
  const unit = scale.zero / scale.up;
  const added = chart.value(b.new) * unit;
  const changed = chart.value(b.changed) * unit;
  const deleted = chart.value(b.deleted) * unit;
  const left = x + (SLOT - WIDTH) / 2;
  const rect = (kind: string, from: number, to: number): string => {
    const top = Math.max(0, from);
    // what there is at all is to be seen
    const height = Math.max(to - top, 1.2);
    return `<rect class="${kind}" x="${left}" y="${round(to - top < 1.2 ? to - 1.2 : top)}" ` +
      `width="${WIDTH}" height="${round(height)}"/>`;
  };
  const { zero } = scale;
  const parts = [
    changed > 0 ? rect("changed", zero - changed, zero) : "",
    added > 0 ? rect("new", zero - changed - added, Math.max(1.2, zero - changed)) : "",
    deleted > 0
      ? `<rect class="deleted" x="${left}" y="${round(zero)}" width="${WIDTH}" height="${
        round(Math.max(1.2, deleted))
      }"/>`
      : "",
    added + changed > zero ? cutMark(left) : "",
  ].join("");
  const title = escape(barText(b, (a) => chart.text(chart.value(a))));
  return `<g><title>${title}</title><rect class="hit" x="${x}" y="0" width="${SLOT}" height="${HEIGHT}"/>${parts}</g>`;
}

/** A gap across a bar that goes on above the chart. */
function cutMark(left: number): string {
  return `<path class="cut" d="M${left - 1} 12L${left + WIDTH + 1} 7V10L${left - 1} 15Z"/>`;
}

function failures(bars: readonly Bar[], width: number): string {
  const marks = bars.map((b, i) =>
    b.failed === 0
      ? ""
      : `<rect class="failed" x="${
        i * SLOT + (SLOT - WIDTH) / 2
      }" y="0" width="${WIDTH}" height="6"><title>${
        escape(`${b.label}: ${b.failed} failed`)
      }</title></rect>`
  ).join("");
  return `<svg class="row" aria-label="runs with failures" role="img" viewBox="0 0 ${width} 6" preserveAspectRatio="none" height="6">${marks}</svg>`;
}

/** A line across, at a height. */
export function gridline(y: number, width: number): string {
  return `<path class="grid" d="M0 ${round(y)}H${width}"/>`;
}

/** A number as drawings need it. */
export function round(n: number): string {
  return String(Math.round(n * 100) / 100);
}

function percent(share: number): string {
  return `${round(share * 100)}%`;
}
