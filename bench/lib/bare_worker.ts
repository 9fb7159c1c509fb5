/**
 * The floor: the calls of a first run by a loop that does nothing else, in the same sandbox, one thread. Each file is
 * read, hashed, written under another name, flushed and renamed; no names are checked, no record, no index is written.
 * @module
 */

import { createHash } from "node:crypto";

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<[string, string]>) => void) | null;
  postMessage(message: string): void;
};

const buffer = new Uint8Array(4 << 20);

function copyFile(from: string, temporary: string, to: string): void {
  const { mtime } = Deno.lstatSync(from);
  using source = Deno.openSync(from, { read: true });
  let size = 0;
  for (let n = -1; n !== 0; size += n) n = source.readSync(buffer.subarray(size)) ?? 0;
  source.statSync();
  createHash("sha256").update(buffer.subarray(0, size)).digest("hex");
  using copy = Deno.openSync(temporary, { write: true, createNew: true, mode: 0o644 });
  for (let at = 0; at < size;) at += copy.writeSync(buffer.subarray(at, size));
  copy.utimeSync(mtime ?? 0, mtime ?? 0);
  copy.syncDataSync();
  Deno.renameSync(temporary, to);
}

function copyTree(from: string, to: string): void {
  Deno.mkdirSync(to);
  Deno.mkdirSync(`${to}/.meta`);
  for (const { name, isDirectory } of Deno.readDirSync(from)) {
    if (isDirectory) copyTree(`${from}/${name}`, `${to}/${name}`);
    else copyFile(`${from}/${name}`, `${to}/.meta/new`, `${to}/${name}`);
  }
  for (const path of [to, `${to}/.meta`]) {
    using dir = Deno.openSync(path, { read: true });
    dir.syncDataSync();
  }
}

scope.onmessage = ({ data }): void => {
  copyTree(...data);
  scope.postMessage("done");
};
