/** Runs over time: what came above a line, what went below it, what failed in a row of its own. Pure. @module */

import type { Amount } from "../../base/report_data.ts";
import { text } from "../../text/text.ts";
import { type Bar, barText } from "./bars.ts";
import { escape } from "./escape.ts";

/** What a chart shows of each run. */
export interface RunsChart {
  /** Its name, for those who cannot see it. */
  title: "page.chart-files" | "page.chart-bytes";
  value: (amount: Amount) => number;
  text: (value: number) => string;
  /** Where an axis may end that must reach `n`. */
  nice: (n: number) => number;
}

const HEIGHT = 160;
const SLOT = 10;
/** A bar's share of its slot; few bars take less of it, so that the chart fills the width and they stay bars. */
const WIDTH = 7;
/** A bar so many times higher than all others is cut: it would make them invisible. */
const TOWER = 4;
/** Two numbers of an axis that are nearer to each other than this would overlap. */
const APART = 16;
/** So few bars have their dates below each of them, where the page is wide enough. */
const FEW = 5;
/** What there is at all is to be seen: a single changed file beside thousands of new ones. */
const LEAST = 3;

/** The scale of the bars. */
interface Scale {
  up: number;
  down: number;
  /** Height of the part above the line. */
  zero: number;
}

/** The chart as HTML with an SVG drawing that fills the width it is given; nothing where every bar would be empty. */
export function runsChart(bars: readonly Bar[], chart: RunsChart): string {
  const some = bars.some((b) => upOf(b, chart) + chart.value(b.deleted) > 0);
  if (!some) return "";
  const scale = scaleOf(bars, chart);
  const width = bars.length * SLOT;
  const wide = Math.min(WIDTH, bars.length);
  const drawn = bars.map((b, i) => drawBar(b, { x: i * SLOT, wide }, scale, chart)).join("");
  const cut = bars.filter((b) => upOf(b, chart) > scale.up);
  const failed = bars.some((b) => b.failed > 0);
  const label = text(chart.title, { first: bars[0]?.label ?? "", last: bars.at(-1)?.label ?? "" });
  return `<div class="chart">
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
    failed ? failures(bars, wide) : ""
  }${ends(bars)}</div>
</div>${cut.map((b) => cutNote(b, chart)).join("")}`;
}

/** The dates below the bars: of each where they are few, else of the first and the last. */
function ends(bars: readonly Bar[]): string {
  const each = bars.length <= FEW;
  const shown = each ? bars : [bars[0], bars.at(-1)];
  const spans = shown.map((b) => `<span>${escape(b?.label ?? "")}</span>`).join("");
  return `<div class="ends${each ? " each" : ""}" aria-hidden="true">${spans}</div>`;
}

function cutNote(b: Bar, chart: RunsChart): string {
  const said = text("page.cut", { when: b.label, value: chart.text(upOf(b, chart)) });
  return `<p class="small">${escape(said)}</p>`;
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
  return { up, down, zero: Math.min(HEIGHT - LEAST, HEIGHT * up / (up + down)) };
}

function upOf(b: Bar, chart: RunsChart): number {
  return chart.value(b.new) + chart.value(b.changed);
}

/** Where a bar stands. */
interface Slot {
  x: number;
  /** How wide the bar is. */
  wide: number;
}

function drawBar(b: Bar, { x, wide }: Slot, scale: Scale, chart: RunsChart): string {
  const { zero } = scale;
  const left = round(x + (SLOT - wide) / 2);
  const height = (value: number): number =>
    value === 0 ? 0 : Math.max(LEAST, value * zero / scale.up);
  const rect = (kind: string, top: number, high: number): string =>
    high <= 0
      ? ""
      : `<rect class="${kind}" x="${left}" y="${round(top)}" width="${wide}" height="${
        round(high)
      }"/>`;
  const room = zero - (chart.value(b.new) > 0 ? LEAST : 0);
  const changed = Math.min(room, height(chart.value(b.changed)));
  const added = Math.min(zero - changed, height(chart.value(b.new)));
  const up = upOf(b, chart);
  const parts = [
    rect("changed", zero - changed, changed),
    rect("new", zero - changed - added, added),
    rect("deleted", zero, height(chart.value(b.deleted))),
    up > scale.up ? cutMark(x + (SLOT - wide) / 2, wide) : "",
  ].join("");
  const title = escape(barText(b, (a) => chart.text(chart.value(a))));
  return `<g><title>${title}</title><rect class="hit" x="${x}" y="0" width="${SLOT}" height="${HEIGHT}"/>${parts}</g>`;
}

/** A gap across a bar that goes on above the chart. */
function cutMark(left: number, wide: number): string {
  const over = wide / WIDTH;
  const [from, to] = [round(left - over), round(left + wide + over)];
  return `<path class="cut" d="M${from} 12L${to} 7V10L${from} 15Z"/>`;
}

function failures(bars: readonly Bar[], wide: number): string {
  const marks = bars.map((b, i) => {
    if (b.failed === 0) return "";
    const title = escape(text("page.bar-failed", { when: b.label, n: b.failed }));
    const x = round(i * SLOT + (SLOT - wide) / 2);
    return `<rect class="failed" x="${x}" y="0" width="${wide}" height="6"><title>${title}</title></rect>`;
  }).join("");
  const label = escape(text("page.runs-failed"));
  return `<svg class="row" aria-label="${label}" role="img" viewBox="0 0 ${
    bars.length * SLOT
  } 6" preserveAspectRatio="none" height="6">${marks}</svg>`;
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
