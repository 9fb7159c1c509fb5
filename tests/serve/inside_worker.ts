/** Tries from within a thread what its rights do not give; tells what could be done. */

/** What is tried: places to read and to write, a port of somebody else. */
export interface Tries {
  read: string[];
  write: string[];
  connect: number;
}

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<Tries>) => void) | null;
  postMessage(done: string[]): void;
};

async function can(what: string, work: () => unknown): Promise<string[]> {
  try {
    await work();
    return [what];
  } catch (error) {
    return error instanceof Deno.errors.NotCapable ? [] : [`${what} (${error})`];
  }
}

scope.onmessage = async ({ data: { read, write, connect } }): Promise<void> => {
  const done = [
    ...await Promise.all(read.map((path) => can(`read ${path}`, () => Deno.lstatSync(path)))),
    ...await Promise.all(
      write.map((path) => can(`write ${path}`, () => Deno.writeTextFileSync(path, "x"))),
    ),
    await can("connect", async () => (await Deno.connect({ port: connect })).close()),
    await can("listen", () => Deno.listen({ hostname: "0.0.0.0", port: 0 }).close()),
    await can("run", () => new Deno.Command("true").outputSync()),
    await can("env", () => Deno.env.toObject()),
    await can("sys", () => Deno.hostname()),
    await can("ffi", () => Deno.dlopen("libc.so.6", {})),
  ].flat();
  scope.postMessage(done);
};
