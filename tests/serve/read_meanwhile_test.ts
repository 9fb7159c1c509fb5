/** A content that is read while it is hashed for somebody else. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { Browser } from "../../src/engine/browse/browser.ts";
import { backUp, enginePorts } from "../helpers/engine_helper.ts";

const PIECE = 1 << 20;
/** More than is hashed before others are answered, twice. */
const PIECES = 35;

Deno.test({
  name: "serve: a content is read as it is also while it is hashed for another reader",
  // a look ends with its process, and what it has open with it
  sanitizeResources: false,
  async fn(): Promise<void> {
    const [source, vault] = [Deno.makeTempDirSync(), Deno.makeTempDirSync()];
    try {
      const content = new Uint8Array(PIECES * PIECE).map((_, i) => Math.floor(i / PIECE));
      Deno.writeFileSync(join(source, "film"), content);
      const [outcome] = (await backUp(source, [vault])).outcomes;
      const browser = new Browser(enginePorts(), vault, false);
      const key = { path: "film", at: outcome?.stamp ?? "" };
      const right = browser.answer("check", key);
      const read: number[] = [];
      for (let i = 0; i < PIECES; i++) {
        const piece = browser.piece({ ...key, offset: i * PIECE, length: PIECE });
        read.push(piece.every((b) => b === piece[0]) ? piece[0] ?? -1 : -1);
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
      assertEquals(read, Array.from({ length: PIECES }, (_, i) => i));
      assertEquals(await right, true);
    } finally {
      for (const dir of [source, vault]) Deno.removeSync(dir, { recursive: true });
    }
  },
});
