/** A second click asks the server that the first one started for a link: by a secret that only this user can read. @module */

import { utf8 } from "../base/bytes.ts";
import { text } from "../text/text.ts";
import { readForm } from "./form.ts";
import { isSame } from "./gate.ts";
import { plain } from "./http.ts";
import { newLink } from "./link.ts";
import type { Server } from "./serving.ts";

/** Gives a link in a line; the answer ends when it was followed. */
export async function clickResponse(server: Server, request: Request): Promise<Response> {
  const { gate, site, click } = server;
  if (request.headers.get("host") !== gate.host) return plain(421, text("serve.other-address"));
  const sent = request.headers.get("authorization") ?? "";
  if (click === undefined || request.method !== "POST" || !isSame(sent, `Bearer ${click}`)) {
    return plain(403, text("serve.not-from-page"));
  }
  const form = await readForm(request);
  const vault = site.vaults.findIndex(({ root }) => root === form?.get("vault"));
  if (vault < 0) return plain(404, text("serve.no-such-vault"));
  const path = form?.get("path") ?? "";
  const at = { vault, path, directory: form?.get("directory") === "yes" };
  return new Response(untilFollowed((followed) => newLink(gate, at, followed)));
}

function untilFollowed(link: (followed: () => void) => string): ReadableStream<Uint8Array> {
  let open = true;
  return new ReadableStream({
    start: (body) => {
      const url = link(() => {
        if (open) body.close();
        open = false;
      });
      body.enqueue(utf8(`${url}\n`));
    },
    cancel: () => void (open = false),
  });
}
