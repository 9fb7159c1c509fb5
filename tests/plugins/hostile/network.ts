/** Connects to a host that is not granted: at once, and led there by one that is. */
import { all, attempt, type Run } from "./deed.ts";
import type { Host } from "../../../src/plugins/api.ts";

export default {
  name: "network",
  preBackup(run: Run, host: Host): Promise<undefined> {
    const { granted, denied } = run.options;
    const port = Number(new URL(denied).port);
    const opened = (url: string): Promise<unknown> =>
      new Promise((yes, no) => {
        const socket = new WebSocket(url);
        socket.onopen = () => yes("open");
        socket.onerror = () => no(new Error("no connection"));
      });
    return attempt(host, {
      fetch: () => fetch(denied).then((r) => r.text()),
      redirect: () => fetch(`${granted}/redirect`).then((r) => r.text()),
      redirectPost: () =>
        fetch(`${granted}/redirect`, { method: "POST", body: "x" }).then((r) => r.text()),
      twice: () => fetch(`${granted}/twice`).then((r) => r.text()),
      connect: () => Deno.connect({ hostname: "127.0.0.1", port }),
      localhost: () => Deno.connect({ hostname: "localhost", port }),
      webSocket: () => opened(denied.replace("http", "ws")),
      listen: () => all.Deno.listen({ port: 0 }),
      datagram: () => all.Deno.listenDatagram({ port: 0, transport: "udp" }),
      serve: () => all.Deno.serve(() => new Response("x")),
      dns: () => Deno.resolveDns("secret.example.com", "A"),
    });
  },
};
