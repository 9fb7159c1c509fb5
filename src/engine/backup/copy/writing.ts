/**
 * What a lane needs where something is to be written, and only there: it is read when the first change is met, for most
 * runs meet none, and modules are much of what such a run takes.
 * @module
 */

export { DirectoryCopy } from "./copy_directory.ts";
export { fetchBatch } from "./file_batch.ts";
export { VaultDirectory } from "./vault_directory.ts";
export { shareIn } from "../share/run_sharing.ts";
