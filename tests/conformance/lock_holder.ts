/** Another process that holds a vault's lock, as a second machine or a second run would. */

/** A lock that another process holds. */
export class TempVaultLock implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;

  private constructor(child: Deno.ChildProcess) {
    this.#child = child;
  }

  /** Starts a process that locks `path`, and waits until it has it. */
  static async hold(path: string): Promise<TempVaultLock> {
    const code = `const f = Deno.openSync(${JSON.stringify(path)}, { write: true, read: true });` +
      "f.lockSync(true); Deno.stdout.writeSync(new Uint8Array([33])); Deno.stdin.readSync(new Uint8Array(1));";
    const child = new Deno.Command(Deno.execPath(), {
      args: ["eval", code],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const reader = child.stdout.getReader();
    await reader.read();
    reader.releaseLock();
    return new TempVaultLock(child);
  }

  /** Has it let go in peace. */
  async release(): Promise<void> {
    try {
      await this.#child.stdin.close();
    } catch {
      // released before
    }
    await this.#end();
  }

  /** Kills it. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.stdin.close().catch(() => {});
    await this.#end();
  }

  async #end(): Promise<void> {
    await this.#child.stdout.cancel().catch(() => {});
    await this.#child.status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }
}
