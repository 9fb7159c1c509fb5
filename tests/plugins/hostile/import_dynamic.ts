/** Reads files by dynamic imports, in every way of writing one. */
import { attempt, type Run, urlOf } from "./deed.ts";
import type { Host } from "../../../src/plugins/api.ts";

export default {
  name: "import-dynamic",
  preBackup(run: Run, host: Host): Promise<undefined> {
    const [text, json, code] = ["secret.txt", "secret.json", "secret.ts"].map((n) => urlOf(run, n));
    const as = (url = "", type = ""): Promise<unknown> =>
      import(url, { with: { type } }).then((m) => m.default ?? m.secret);
    const plain = (url = ""): Promise<unknown> => import(url).then((m) => m.default ?? m.secret);
    const here = import.meta.url;
    return attempt(host, {
      text: () => as(text, "text"),
      bytes: () => as(text, "bytes"),
      json: () => as(json, "json"),
      jsonAsText: () => as(json, "text"),
      code: () => plain(code),
      codeAsText: () => as(code, "text"),
      passwd: () => as("file:///etc/passwd", "text"),
      absolute: () => as(`${run.options.secret}/secret.txt`, "text"),
      relative: () => as("../secret/secret.txt", "text"),
      literal: () => import("../secret/secret.ts").then((m) => m.secret),
      resolved: () => plain(import.meta.resolve("../secret/secret.ts")),
      dots: () => as(new URL("./%2e%2e/secret/secret.txt", here).href, "text"),
      encodedSlash: () =>
        as(`${here.slice(0, here.lastIndexOf("/"))}/..%2fsecret%2fsecret.txt`, "text"),
      backslash: () => as(`${here.slice(0, here.lastIndexOf("/"))}/..\\secret\\secret.txt`, "text"),
      query: () => plain(`${code}?1`),
      hash: () => plain(`${code}#1`),
      host: () => as(text?.replace("file://", "file://localhost"), "text"),
      scheme: () => as(text?.replace("file:", "FILE:"), "text"),
      npm: () => plain("npm:is-odd@3.0.1"),
      jsr: () => plain("jsr:@std/path"),
      https: () => plain("https://example.com/x.ts"),
      http: () => plain(`${run.options.denied}/x.ts`),
      bare: () => plain("@std/path"),
      wasm: () => plain(text?.replace("secret.txt", "secret.wasm")),
      ownWithQuery: () => plain(`${here}?again`),
      ext: () => plain("ext:core/ops"),
      internal: () => plain("checkin:x"),
    });
  },
};
