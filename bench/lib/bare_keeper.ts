/**
 * What a run keeps beside the copies, as plainly as it can be kept: a line of the record for each version, `metadata.txt`,
 * and one row for each directory, by which a later run tells what changed. No names are checked, no version is in an index.
 * @module
 */

import { createHash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";

/** A file as a run left it. */
export interface Kept {
  name: string;
  size: number;
  mtime: number;
  ctime: number;
  ino: number;
  mode: number;
  hash: string;
}

const CHARACTERS = 1 << 16;

/** What one lane keeps, in files of its own. */
export class Keeper {
  readonly #db: DatabaseSync;
  readonly #record: Deno.FsFile;
  #lines = "";

  /** In the directory `above`, which is there. */
  constructor(above: string, lane: number) {
    this.#db = new DatabaseSync(`${above}/index${lane}.db`);
    this.#db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; BEGIN;
      CREATE TABLE IF NOT EXISTS scan (dir TEXT PRIMARY KEY, row TEXT NOT NULL)`);
    this.#record = Deno.openSync(`${above}/record${lane}.jsonl`, { append: true, create: true });
  }

  /** The files of a directory as the last run left them; none where there was no run. */
  known(dir: string): Map<string, Kept> {
    const found = this.#db.prepare("SELECT row FROM scan WHERE dir = ?").get(dir);
    const files: Kept[] = JSON.parse(String(found?.row ?? "[]"));
    return new Map(files.map((file) => [file.name, file]));
  }

  /** A version began, or one ended. */
  line(path: string, file: Kept, why: "new" | "changed", ended = false): void {
    const mtime = new Date(file.mtime).toISOString();
    const run = ended ? { to: "20261130_120000" } : { from: "20261130_120000" };
    const { size, mode, hash } = file;
    const line = { kind: "version", path, type: "file", size, mtime, mode, hash, ...run, why };
    this.#lines += `${JSON.stringify(line)}\n`;
    if (this.#lines.length > CHARACTERS) this.#write();
  }

  #write(): void {
    const bytes = new TextEncoder().encode(this.#lines);
    for (let at = 0; at < bytes.length;) at += this.#record.writeSync(bytes.subarray(at));
    this.#lines = "";
  }

  /** Ends a directory, of which all files are in their places: `metadata.txt` in `meta`, and its row. */
  end(dir: string, meta: string, files: readonly Kept[]): void {
    const sorted = [...files].sort((a, b) => a.name < b.name ? -1 : 1);
    const sum = createHash("sha256").update(sorted.map((f) => `${f.name}\0${f.hash}\n`).join(""));
    const text = `${sum.digest("hex")}\n${files.map((f) => `${f.name}\t${f.hash}\n`).join("")}`;
    const file = Deno.openSync(`${meta}/new-metadata`, { write: true, createNew: true });
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
    file.syncDataSync();
    file.close();
    Deno.renameSync(`${meta}/new-metadata`, `${meta}/metadata.txt`);
    this.#db.prepare("INSERT OR REPLACE INTO scan VALUES (?, ?)").run(dir, JSON.stringify(files));
  }

  /** Ends the run. */
  close(): void {
    this.#write();
    this.#record.syncDataSync();
    this.#record.close();
    this.#db.exec("COMMIT");
    this.#db.close();
  }
}
