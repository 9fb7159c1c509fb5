/** `list` where no index lies at home: the records alone answer, as an index would. */

import { assertEquals } from "@std/assert";
import type { Message } from "../../src/base/event.ts";
import type { EnginePorts } from "../../src/engine/ports.ts";
import { list } from "../helpers/ask.ts";
import { Reader } from "../../src/engine/reader.ts";
import { enginePorts } from "../helpers/engine_helper.ts";
import { dropIndex, indexFile } from "../helpers/index_helper.ts";
import { Grown, growRich } from "../helpers/maintain_helper.ts";

function listed(g: Grown, more: Partial<EnginePorts> = {}): Message[] {
  const messages: Message[] = [];
  list({ ...enginePorts(messages), ...more }, { root: g.vault, windows: false });
  return messages;
}

Deno.test("list without an index opens no database, also none in memory, and says what one would say", async () => {
  using g = new Grown();
  await growRich(g);
  g.day(12);
  await g.prune({ policy: { last: 6 } });
  await g.put({ a: "a13" }).day(13).backup();
  Reader.open(enginePorts(), g.vault).close();
  const byIndex = listed(g);
  dropIndex(g.vault);
  const openDatabase = (): never => {
    throw new Error("a database was opened");
  };
  assertEquals(listed(g, { openDatabase }), byIndex);
  assertEquals(indexFile(g.vault), undefined);
  assertEquals(byIndex.length > 5, true);
});
