/** The objects of a remote that rclone knows, as {@link Remote} asks for them. rclone itself is bound by no sandbox. @module */

import { HikaeError } from "../base/errors.ts";
import type {
  ObjectSize,
  ObjectState,
  RemoteObject,
  RemoteQuestion,
  Stored,
} from "../base/remote.ts";
import { text } from "../text/text.ts";

type RcloneQuestion<O extends RemoteQuestion["op"]> = Extract<RemoteQuestion, { op: O }>;

/** How rclone is started. */
export interface RcloneConfig {
  /** The program's path. */
  program: string;
  /** `remote:path`. */
  remote: string;
  /** Bytes a second; undefined for as fast as it goes. */
  limit: number | undefined;
}

/** What rclone says of an object. */
interface RcloneObject {
  Name: string;
  Size: number;
  ModTime: string;
  IsDir: boolean;
  Hashes?: Record<string, string>;
}

/** rclone's exit codes for a directory and a file that are not there. */
const NOT_THERE = new Set([3, 4]);

/** A remote. */
export class RcloneObjects {
  readonly #config: RcloneConfig;
  readonly #signal: AbortSignal;

  constructor(config: RcloneConfig, signal: AbortSignal) {
    this.#config = config;
    this.#signal = signal;
  }

  async vaults(): Promise<string[]> {
    const found = await this.#told("lsjson", "--dirs-only", this.#config.remote);
    return found.map((one) => one.Name);
  }

  async list(vault: string): Promise<RemoteObject[]> {
    const found = await this.#told("lsjson", "--files-only", "--no-mimetype", this.#at(vault));
    return found.map(({ Name: name, Size: size, ModTime }) => {
      const time = Date.parse(ModTime) || 0;
      return { name, versions: [{ id: undefined, size, time, marker: false, latest: true }] };
    });
  }

  async sizes(vault: string): Promise<ObjectSize[]> {
    const found = await this.#told("lsjson", "--files-only", "--no-mimetype", this.#at(vault));
    return found.map(({ Name: name, Size: size }) => ({ name, size }));
  }

  async read({ name, from, length }: RcloneQuestion<"read">): Promise<Uint8Array> {
    const range = ["--offset", String(from), "--count", String(length)];
    const bytes = await this.#run(["cat", ...range, this.#at(name)]);
    if (bytes !== undefined) return bytes;
    throw new HikaeError("damaged", text("bundle.s3-gone"), { path: name });
  }

  async look({ name, size }: RcloneQuestion<"look">): Promise<ObjectState> {
    const slash = name.lastIndexOf("/");
    const folder = this.#at(name.slice(0, slash));
    const found = await this.#told("lsjson", "--files-only", "--no-mimetype", folder);
    const one = found.find(({ Name }) => Name === name.slice(slash + 1));
    if (one === undefined) return { is: "missing" };
    return { is: "there", size: one.Size, differs: size !== undefined && one.Size !== size };
  }

  /** Copies a file of the spool, unless something of this name is there. */
  async put({ name }: RcloneQuestion<"put">, file: string): Promise<Stored> {
    if ((await this.look({ op: "look", name })).is === "there") {
      return { there: true, proven: false };
    }
    const { limit } = this.#config;
    const flags = limit === undefined ? [] : ["--bwlimit", `${limit}B`];
    const done = await this.#run(["copyto", "--immutable", ...flags, file, this.#at(name)]);
    if (done === undefined) throw failed("copyto", "");
    // rclone has held sizes and, where the remote tells them, hashes against each other
    return { there: false, proven: true };
  }

  #at(name: string): string {
    const { remote } = this.#config;
    return remote.endsWith(":") ? `${remote}${name}` : `${remote}/${name}`;
  }

  async #told(...args: string[]): Promise<RcloneObject[]> {
    const output = await this.#run(args);
    if (output === undefined) return [];
    const value: unknown = JSON.parse(new TextDecoder().decode(output));
    if (!Array.isArray(value)) throw failed(args[0] ?? "", "");
    return value as RcloneObject[];
  }

  /** Gives what rclone prints; undefined for what is not there. */
  async #run(args: readonly string[]): Promise<Uint8Array | undefined> {
    let child: Deno.ChildProcess;
    try {
      child = new Deno.Command(this.#config.program, {
        args: ["--log-level", "ERROR", ...args],
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
        signal: this.#signal,
      }).spawn();
    } catch (cause) {
      throw new HikaeError("failed", text("bundle.rclone-missing"), {
        hint: text("bundle.rclone-missing-hint"),
        cause,
      });
    }
    const { code, stdout, stderr } = await child.output();
    if (this.#signal.aborted) throw new HikaeError("interrupted", "interrupted");
    if (code === 0) return stdout;
    if (NOT_THERE.has(code)) return undefined;
    throw failed(args[0] ?? "", new TextDecoder().decode(stderr));
  }
}

function failed(command: string, said: string): HikaeError {
  const lines = said.split("\n").map((l) => l.replace(/^\S+ \S+ ERROR\s*:?\s*/, "").trim());
  const problem = lines.filter((l) => l !== "").at(-1) ?? "?";
  return new HikaeError("failed", text("bundle.rclone-failed", { command, problem }), {
    hint: text("bundle.rclone-failed-hint"),
  });
}
