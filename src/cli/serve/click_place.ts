/** The server that a click started: where it is found by the next click, for this user alone. @module */

import { join } from "@std/path";
import { smallFiles } from "../../base/small_files.ts";
import { denoFs } from "../../platform/deno_fs.ts";
import { platformOf } from "../platform.ts";
import { stateDir } from "../state_dir.ts";

/** How a server that a click started is spoken to. */
export interface ClickNote {
  port: number;
  /** Whoever knows it may ask for links. */
  secret: string;
}

/** Its place in the state directory. A lock says that it lives: so nobody else's port is ever told the secret. */
export class ClickPlace {
  readonly #note: string;
  readonly #lock: string;
  readonly #files = smallFiles(denoFs);

  /** Throws where there is no state directory. */
  constructor(env: (name: string) => string | undefined) {
    const dir = join(stateDir(env, platformOf(Deno.build.os)), "serve");
    this.#note = join(dir, "click.json");
    this.#lock = join(dir, "click.lock");
  }

  /** Becomes the one server, until this process ends; false while another one is. */
  take(): boolean {
    if (this.#files.read(this.#lock) === undefined) this.#files.append(this.#lock, "");
    const file = denoFs.open(this.#lock, { read: true, write: true });
    if (!file.tryLock()) {
      file.close();
      return false;
    }
    // what an earlier one left behind leads nowhere
    this.#files.remove(this.#note);
    return true;
  }

  /** Says how to be found; readable by this user alone. */
  write(note: ClickNote): void {
    this.#files.write(this.#note, `${JSON.stringify(note)}\n`);
  }

  /** How the other one is found; undefined until it says so. */
  read(): ClickNote | undefined {
    try {
      const { port, secret } = JSON.parse(this.#files.read(this.#note) ?? "") as Partial<ClickNote>;
      const good = Number.isInteger(port) && typeof secret === "string";
      return good ? { port: port ?? 0, secret: secret ?? "" } : undefined;
    } catch {
      return undefined;
    }
  }

  /** No longer to be found. */
  remove(): void {
    this.#files.remove(this.#note);
  }
}
