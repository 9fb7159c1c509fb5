/** A second click asks the server that the first one started for a link: by a secret that only this user can read. @module */

import { utf8 } from "../base/bytes.ts";
import type { FirstPage } from "../base/vault_questions.ts";
import { text } from "../text/text.ts";
import { pathParts } from "./address.ts";
import { readForm } from "./form.ts";
import { type Gate, isSame } from "./gate.ts";
import { plain } from "./http.ts";
import type { Server } from "./serving.ts";

/** A link home, or to the page of a file or directory. */
export function newLink(gate: Gate, next: FirstPage | undefined, followed?: () => void): string {
  return gate.newLink(next === undefined ? undefined : partsOf(next), followed);
}

function partsOf({ vault, path, directory }: FirstPage): string[] {
  const kind = directory ? ["tree", "latest"] : ["file"];
  return ["v", String(vault), ...kind, ...pathParts(path)];
}

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
