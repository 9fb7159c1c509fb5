/** A content that is read, and asked for again, while it is hashed. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { Browser } from "../../src/engine/browse/browser.ts";
import type { EnginePorts } from "../../src/engine/ports.ts";
import { backUp, enginePorts } from "../helpers/engine_helper.ts";

const PIECE = 1 << 20;
/** More than is hashed before others are answered, twice. */
const PIECES = 35;

/** A content of pieces that each hold their own number, in a vault that is looked at. */
async function looked(
  ports: EnginePorts,
  work: (browser: Browser, key: { path: string; at: string }) => Promise<void>,
): Promise<void> {
  const [source, vault] = [Deno.makeTempDirSync(), Deno.makeTempDirSync()];
  try {
    const content = new Uint8Array(PIECES * PIECE).map((_, i) => Math.floor(i / PIECE));
    Deno.writeFileSync(join(source, "film"), content);
    const [outcome] = (await backUp(source, [vault])).outcomes;
    await work(new Browser(ports, vault, false), { path: "film", at: outcome?.stamp ?? "" });
  } finally {
    for (const dir of [source, vault]) Deno.removeSync(dir, { recursive: true });
  }
}

Deno.test({
  name: "serve: a content is read as it is also while it is hashed for another reader",
  // a look ends with its process, and what it has open with it
  sanitizeResources: false,
  fn: () =>
    looked(enginePorts(), async (browser, key) => {
      const right = browser.answer("check", key);
      const read: number[] = [];
      for (let i = 0; i < PIECES; i++) {
        const piece = browser.piece({ ...key, offset: i * PIECE, length: PIECE });
        read.push(piece.every((b) => b === piece[0]) ? piece[0] ?? -1 : -1);
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
      assertEquals(read, Array.from({ length: PIECES }, (_, i) => i));
      assertEquals(await right, true);
    }),
});

Deno.test({
  name: "serve: a content that several ask for at once is hashed once",
  sanitizeResources: false,
  fn: async () => {
    let hashed = 0;
    const { newHash, ...ports } = enginePorts();
    const counting = (): ReturnType<typeof newHash> => {
      const hash = newHash();
      return {
        soFar: () => hash.soFar(),
        hex: () => hash.hex(),
        update: (bytes) => {
          if (bytes.length > 1 << 16) hashed += bytes.length;
          hash.update(bytes);
        },
      };
    };
    await looked({ ...ports, newHash: counting }, async (browser, key) => {
      const asked = [0, 1, 2].map(() => browser.answer("check", key));
      assertEquals(await Promise.all(asked), [true, true, true]);
      assertEquals(hashed, PIECES * PIECE);
      assertEquals(await browser.answer("check", key), true);
      assertEquals(hashed, PIECES * PIECE);
    });
  },
});
