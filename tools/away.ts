/**
 * The suites about places away from home, with the real rclone, restic and a server of S3 (versitygw, built once where it
 * is not installed): `deno task test:away [--install] [FILTER…]`. `--install` gets what is missing with Debian's package
 * manager, where that is there and this user may. What cannot be had is skipped, counted, with the reason. HIKAE_AWAY_BIN
 * names a directory with further versions, to be tried too.
 * @module
 */

import { print, runLane, runs, versitygw } from "./lib/lane.ts";

const NEEDED = ["rclone", "restic"];

const missing = (): string[] => NEEDED.filter((program) => !runs(program, ["version"]));
if (Deno.args.includes("--install") && missing().length > 0) {
  const install = (): boolean =>
    runs("apt-get", ["install", "-y", ...missing()], { DEBIAN_FRONTEND: "noninteractive" });
  // the list may be older than what the server has
  if (!install() && runs("apt-get", ["update"])) install();
}
for (const program of missing()) print(`away: no ${program} here: its tests are skipped`);
const server = versitygw();
if (server === undefined) print("away: no versitygw here, nor go to build it: S3 is skipped");
Deno.exit(
  await runLane({
    name: "away",
    dir: "tests/away",
    together: true,
    words: Deno.args.filter((a) => !a.startsWith("-")),
    env: server === undefined ? {} : { HIKAE_VERSITYGW: server },
  }),
);
