/** Reads a file by `fetch`. */
import { all, attempt, type Run, urlOf } from "./deed.ts";
import type { Host } from "../../../src/plugins/api.ts";

export default {
  name: "fetch-file",
  preBackup(run: Run, host: Host): Promise<undefined> {
    const url = urlOf(run, "secret.txt");
    return attempt(host, {
      fetch: () => fetch(url).then((r) => r.text()),
      request: () => fetch(new Request(url)).then((r) => r.text()),
      url: () => fetch(new URL(url)).then((r) => r.text()),
      passwd: () => fetch("file:///etc/passwd").then((r) => r.text()),
      xhr: () => new all.XMLHttpRequest(),
      source: () => new all.EventSource(url),
      unix: () => all.Deno.createHttpClient({ proxy: { transport: "unix", path: "/run/x" } }),
    });
  },
};
