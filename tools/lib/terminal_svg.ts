/** What stands on a terminal as a picture that can be read on a light and on a dark page. Pure. @module */

const COLUMNS = 80;
const SIZE = 14;
const LINE = 19;
const MARGIN = 18;
const BAR = 30;

/** A monospaced letter is about this wide, in parts of its size. */
const LETTER = 0.605;

/** Class names of the colours that hikae uses (`src/report/text.ts`). */
const CLASSES: Readonly<Record<string, string>> = {
  "1": "typed",
  "31": "red",
  "32": "green",
  "33": "yellow",
  "35": "purple",
};

const STYLE = `
  .page { fill: #f6f8fa; stroke: #d0d7de }
  text { fill: #1f2328; font: ${SIZE}px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace }
  .typed { font-weight: 600; fill: #0550ae }
  .red { fill: #cf222e } .green { fill: #116329 } .yellow { fill: #7d4e00 } .purple { fill: #8250df }
  .dot { fill: #afb8c1 }
  @media (prefers-color-scheme: dark) {
    .page { fill: #161b22; stroke: #30363d }
    text { fill: #e6edf3 }
    .typed { fill: #79c0ff }
    .red { fill: #ff7b72 } .green { fill: #7ee787 } .yellow { fill: #e3b341 } .purple { fill: #d2a8ff }
    .dot { fill: #484f58 }
  }`;

/** The picture of a terminal's text; `title` is for those who cannot see it. */
export function svgOf(screen: string, title: string): string {
  const lines = screen.replaceAll("\r\n", "\n").trimEnd().split("\n").map(shown);
  const width = Math.ceil(COLUMNS * SIZE * LETTER) + 2 * MARGIN;
  const height = BAR + lines.length * LINE + MARGIN;
  const rows = lines.map((line, i) =>
    `<text x="${MARGIN}" y="${BAR + (i + 1) * LINE - 4}" xml:space="preserve">${spans(line)}</text>`
  );
  const dots = [0, 1, 2].map((i) =>
    `<circle class="dot" cx="${MARGIN + 6 + i * 18}" cy="17" r="5"/>`
  );
  return [
    // blanks in a line are what stood on the terminal
    "<!-- deno-fmt-ignore-file -->",
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" ` +
    `height="${height}" role="img">`,
    `<title>${escape(title)}</title>`,
    `<style>${STYLE}\n</style>`,
    `<rect class="page" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    ...dots,
    ...rows,
    "</svg>",
    "",
  ].join("\n");
}

/** What is left of a line that was written over (the progress line is). */
function shown(line: string): string {
  return line.slice(line.lastIndexOf("\r") + 1).replaceAll("\x1b[K", "");
}

/** The line with a span for each colour. */
function spans(line: string): string {
  // deno-lint-ignore no-control-regex
  const parts = line.split(/\x1b\[(\d*)m/);
  let out = escape(parts[0] ?? "");
  for (let i = 1; i < parts.length; i += 2) {
    const name = CLASSES[parts[i] ?? ""];
    const text = escape(parts[i + 1] ?? "");
    out += name === undefined ? text : `<tspan class="${name}">${text}</tspan>`;
  }
  return out;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
