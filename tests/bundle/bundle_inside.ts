/** A worker of the tests: it tries what the one that reaches a place away from home may and may not do. */

/** What is tried. */
export interface Tried {
  spool: string;
  elsewhere: string;
  allowed: string;
  other: string;
}

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<Tried>) => void) | null;
  postMessage(done: Record<string, boolean>): void;
};

async function can(work: () => unknown): Promise<boolean> {
  try {
    await work();
    return true;
  } catch {
    return false;
  }
}

scope.onmessage = async ({ data: { spool, elsewhere, allowed, other } }): Promise<void> => {
  const get = async (url: string): Promise<string> => await (await fetch(url)).text();
  scope.postMessage({
    readSpool: await can(() => Deno.readTextFileSync(`${spool}/a`)),
    writeSpool: await can(() => Deno.writeTextFileSync(`${spool}/b`, "x")),
    readElsewhere: await can(() => Deno.readTextFileSync(elsewhere)),
    reachHost: await can(() => get(allowed)),
    reachOther: await can(() => get(other)),
    readEnv: await can(() => Deno.env.get("HOME")),
    run: await can(() => new Deno.Command(Deno.execPath()).outputSync()),
  });
};
