/**
 * `deno run -A --unstable-worker-options bare_loop.ts MODE SOURCE TARGET LANES [keeps]`: starts the bare loop in its sandbox. What
 * a later run takes for changed is what changed since the one before began, which a file beside the target tells.
 * @module
 */

import type { BareJob } from "./bare_worker.ts";

const [asked = "", from = "", to = "", lanes = "2", keeps] = Deno.args;
const above = to.slice(0, to.lastIndexOf("/"));
const file = `${above}/began`;
const began = Math.floor(Date.now() / 1000) * 1000;

/** When the last run began; undefined when there was none. */
function lastRun(): number | undefined {
  try {
    return Number(Deno.readTextFileSync(file));
  } catch {
    return undefined;
  }
}

const last = lastRun();
const mode = asked === "run" ? last === undefined ? "copy" : "later" : asked as BareJob["mode"];
let left = Number(lanes);
for (let lane = 0; lane < Number(lanes); lane++) {
  const worker = new Worker(new URL("./bare_worker.ts", import.meta.url), {
    type: "module",
    deno: { permissions: { read: [from, above], write: [above] } },
  });
  worker.onmessage = () => {
    if (--left > 0) return;
    if (mode === "copy" || mode === "later") Deno.writeTextFileSync(file, String(began));
    Deno.exit(0);
  };
  const job: BareJob = {
    mode,
    from,
    to,
    since: last ?? 0,
    lane,
    lanes: Number(lanes),
    keeps: keeps === "keeps",
  };
  worker.postMessage(job);
}
