/**
 * The suites about bundles away from home, with a real server of S3 and rclone: `deno task test:bundles [FILTER…]`. The
 * server is versitygw, a Go module: where it is not installed it is built once and kept in the cache directory. What cannot
 * be had is skipped, counted, with the reason.
 * @module
 */

import { print, runLane, runs, versitygw } from "./lib/lane.ts";

const program = versitygw();
if (program === undefined) {
  print("bundles: no versitygw here, nor go to build it: its tests are skipped");
}
if (!runs("rclone", ["version"])) print("bundles: no rclone here: its tests are skipped");
Deno.exit(
  await runLane({
    name: "bundles",
    dir: "tests/bundles",
    together: false,
    words: Deno.args.filter((a) => !a.startsWith("-")),
    env: program === undefined ? {} : { HIKAE_VERSITYGW: program },
  }),
);
