/** How links are asked of main: in lots, and none more of a disk that takes none. */

import { assertEquals, assertRejects } from "@std/assert";
import type { LinkToMake } from "../../src/base/links.ts";
import type { Message } from "../../src/base/event.ts";
import { HikaeError, toPlainError } from "../../src/base/errors.ts";
import { LinkRequests } from "../../src/engine/links.ts";
import { text } from "../../src/text/text.ts";
import { answering, enginePorts } from "../helpers/engine_helper.ts";

const BELOW = { root: "/t", owner: false };

function links(n: number): LinkToMake[] {
  const rest = { target: "x", mtime: null, uid: null, gid: null, careful: false };
  return Array.from({ length: n }, (_, i) => ({ path: `l${i}`, ...rest }));
}

Deno.test("links are asked for in lots; what fails is told of by its path, and the rest counted as made", async () => {
  const lots: number[] = [];
  const told: string[] = [];
  const error = toPlainError(new HikaeError("unstorable", "in the way"));
  const ask = answering({
    links: ({ links }) => {
      lots.push(links.length);
      return Promise.resolve({ failed: [{ path: links[0]?.path ?? "", error }], refused: 0 });
    },
  });
  const requests = new LinkRequests(
    { ...enginePorts(), ask },
    BELOW,
    (path, { message }) => void told.push(`${path} ${message}`),
  );
  await requests.make(links(2500));
  assertEquals([lots, requests.made, requests.failed], [[1000, 1000, 500], 2497, 3]);
  assertEquals(told, ["l0 in the way", "l1000 in the way", "l2000 in the way"]);
});

Deno.test("a disk that takes no links is asked once, and told of once with the first path and the number", async () => {
  let asked = 0;
  const messages: Message[] = [];
  const ask = answering({
    links: ({ links }) => {
      asked++;
      return Promise.resolve({ failed: [], refused: links.length - 1 });
    },
  });
  const ports = { ...enginePorts(messages), ask };
  const requests = new LinkRequests(ports, BELOW, () => {});
  await requests.make(links(1500));
  await requests.make(links(10));
  requests.tellRefused();
  assertEquals([asked, requests.made, requests.failed], [1, 1, 0]);
  const message = text("disk.no-links", { n: 1509, first: "l1" });
  assertEquals(messages, [{ message_type: "note", message, path: "/t" }]);
});

Deno.test("a restore that is to end asks for no links any more", async () => {
  const ask = answering({ links: () => Promise.reject(new Error("asked")) });
  const ports = { ...enginePorts(), ask, cancelled: (): boolean => true };
  const requests = new LinkRequests(ports, BELOW, () => {});
  await assertRejects(() => requests.make(links(1)), HikaeError, "interrupted");
});
