/** What a plugin's process says of its end, in words for people: without colours, stack lines and advice of the runtime. Pure. @module */

import { text } from "../text/text.ts";

/** Colours and other escape sequences of a terminal. */
// deno-lint-ignore no-control-regex
const SEQUENCES = /\x1b\[[0-?]{0,32}[ -/]{0,8}[@-~]|\x1b\][^\x07\x1b]{0,200}(?:\x07|\x1b\\)/g;
/** What Deno advises whoever typed its command line. */
const ADVICE = [
  /,? run again with the --allow-[a-z]+ flag(?: to bypass this prompt)?/g,
  /,? specify the required permissions during compilation using `deno compile --allow-[a-z]+`/g,
];
/** The module that stands in for one that a plugin may not import; see `src/workers/import_guard.ts`. */
const REFUSED =
  /Loading unprepared module: data:text\/javascript,throw%20new%20TypeError\((%22[^)\s]{0,2000}?%22)\)[^\n]*/;
const NEEDS = /Requires ([a-z]+) access to ("[^"\n]{0,1000}"|<[^>\n]{0,100}>)/g;
const MOST = 20_000;

/** The text in one line. */
export function errorText(raw: string): string {
  let cut = raw.slice(0, MOST).replace(SEQUENCES, "");
  for (const advice of ADVICE) cut = cut.replace(advice, "");
  cut = cut.replace(REFUSED, (_, json: string) => decoded(json))
    .replace(
      NEEDS,
      (_, kind: string, what: string) => text("plugin.needs", { kind, what }),
    );
  const lines = cut.split(/\r?\n/);
  const stack = lines.findIndex((line, n) => n > 0 && /^\s*(?:at |\||~|\^|$)/.test(line));
  const said = (stack < 0 ? lines : lines.slice(0, stack)).map((line) => line.trim());
  return withoutPrefix(said.filter((line) => line !== "").join(" "));
}

/** Without the runtime's words before an uncaught error, and the name of one that was wrapped once more. */
function withoutPrefix(said: string): string {
  return said.replace(/^(?:error: )?Uncaught (?:\(in [^)\n]{0,100}\) )*/, "")
    .replace(/^NotCapable: /, "")
    // a syntax error comes wrapped in another error
    .replace(/^(?:[A-Za-z]{0,50}Error: )+(?=[A-Za-z]{0,50}Error: )/, "");
}

function decoded(encoded: string): string {
  try {
    return String(JSON.parse(decodeURIComponent(encoded)));
  } catch {
    return text("plugin.imports");
  }
}
