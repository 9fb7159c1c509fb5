/** Carries out what is asked of a place away from home: one question, some requests. @module */

import { utf8 } from "../base/bytes.ts";
import { HikaeError } from "../base/errors.ts";
import type { RemoteAnswers, RemoteOp, RemoteQuestion } from "../base/remote.ts";
import type { RemoteWork } from "../base/remote_work.ts";
import { md5Of, newMd5, sha256, sha256Of } from "./hash.ts";
import { RcloneObjects } from "./rclone.ts";
import { type Patience, S3Client } from "./s3/client.ts";
import { type Hashed, S3Objects } from "./s3/objects.ts";
import { pieces } from "./s3/wire.ts";

/** Carries out a question. Throws a `HikaeError` when it cannot. */
export type CarryOut = (question: RemoteQuestion) => Promise<RemoteAnswers[RemoteOp]>;

/** Who carries out the questions about a place; `signal` ends what is under way. */
export function carryOutAt(work: RemoteWork, signal: AbortSignal, patience?: Patience): CarryOut {
  return work.by === "s3" ? byS3(work, signal, patience) : byRclone(work, signal);
}

/** A piece of a file of the spool. */
function pieceOf(spool: string | undefined, name: string, from: number, length: number): Hashed {
  if (spool === undefined || /[/\\]/.test(name)) throw new HikaeError("internal", "no such file");
  const body = { path: `${spool}/${name}`, from, length };
  const [sha, md5] = [sha256(), newMd5()];
  for (const part of pieces(body)) {
    sha.update(part);
    md5.update(part);
  }
  return { body, sha256: sha.hex(), md5: md5.hex() };
}

function hashed(body: Uint8Array<ArrayBuffer>): Hashed {
  return { body, sha256: sha256Of(body), md5: md5Of(body) };
}

/** Lets so many bytes a second pass: whoever has sent some waits for as long as they may take. */
function limiter(
  limit: number | undefined,
  signal: AbortSignal,
): (bytes: number) => Promise<void> {
  let free = 0;
  return async (bytes) => {
    if (limit === undefined) return;
    const now = performance.now();
    const begin = Math.max(now, free);
    free = begin + bytes / limit * 1000;
    if (begin > now) await new Promise((resolve) => setTimeout(resolve, begin - now));
    if (signal.aborted) throw new HikaeError("interrupted", "interrupted");
  };
}

function byS3(
  start: Extract<RemoteWork, { by: "s3" }>,
  signal: AbortSignal,
  patience?: Patience,
): CarryOut {
  const objects = new S3Objects(new S3Client(start, signal, patience));
  const wait = limiter(start.limit, signal);
  const { spool } = start;
  return async (question) => {
    switch (question.op) {
      case "vaults":
        return await objects.vaults();
      case "list":
        return await objects.list(question.vault);
      case "sizes":
        return await objects.sizes(question.vault);
      case "read":
        return await objects.read(question);
      case "look":
        return await objects.look(question);
      case "put": {
        await wait(question.size);
        const body = pieceOf(spool, question.file, 0, question.size);
        return await objects.put(question.name, body, question.as);
      }
      case "begin":
        return await objects.begin(question);
      case "part": {
        await wait(question.length);
        const body = pieceOf(spool, question.file, question.from, question.length);
        return await objects.part(question, body);
      }
      case "complete":
        return await objects.complete(question, (text) => hashed(utf8(text)));
      case "abort":
        return await objects.abort(question);
    }
  };
}

function byRclone(start: Extract<RemoteWork, { by: "rclone" }>, signal: AbortSignal): CarryOut {
  const objects = new RcloneObjects(start, signal);
  return async (question) => {
    switch (question.op) {
      case "vaults":
        return await objects.vaults();
      case "list":
        return await objects.list(question.vault);
      case "sizes":
        return await objects.sizes(question.vault);
      case "read":
        return await objects.read(question);
      case "look":
        return await objects.look(question);
      case "put":
        return await objects.put(question, `${start.spool}/${question.file}`);
      default:
        throw new HikaeError("internal", `rclone: ${question.op}`);
    }
  };
}
