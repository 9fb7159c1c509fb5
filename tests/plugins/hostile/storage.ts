/** Keeps data for later, or passes it to another plugin. */
import { all, attempt, type Run } from "./deed.ts";
import type { Host } from "../../../src/plugins/api.ts";

export default {
  name: "storage",
  preBackup(_run: Run, host: Host): Promise<undefined> {
    return attempt(host, {
      caches: () => all.caches.open("x"),
      cacheStorage: () => all.CacheStorage.prototype.open("x"),
      local: () => all.localStorage.setItem("x", "y"),
      session: () => all.sessionStorage.setItem("x", "y"),
      indexed: () => all.indexedDB.open("x"),
      kv: () => all.Deno.openKv(),
      broadcast: () => new all.BroadcastChannel("x"),
      locks: () => all.navigator.locks.request("x", () => "held"),
      sqlite: () => import("node:sqlite").then((m) => new m.DatabaseSync("/tmp/x.db")),
      args: () => all.Deno.args.join(),
    });
  },
};
