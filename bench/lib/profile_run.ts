/** One backup in this thread, to be started with `--cpu-prof`: arguments SOURCE VAULT, and `checksum` if wanted. @module */

import { backup } from "../../src/engine/backup/backup.ts";
import { benchPorts, plainRequest } from "./engine.ts";
import { say } from "./out.ts";

const [source = "", vault = "", mode = ""] = Deno.args;
const started = performance.now();
const request = { ...plainRequest(source, vault, true), checksum: mode === "checksum" };
const [outcome] = await backup(benchPorts([vault]), request);
if (outcome?.failed !== undefined) throw outcome.failed;
say(`${mode || "plain"}: ${((performance.now() - started) / 1000).toFixed(2)} s in the engine`);
