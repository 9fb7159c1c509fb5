/** Which keys of a plugin are slips of those that hikae reads. */

import { assertEquals } from "@std/assert";
import { slipsOf } from "../../src/plugins/slips.ts";

const hook = (): void => {};

Deno.test("plugin slips: what is almost a hook, or a hook that is no function", () => {
  assertEquals(slipsOf({ name: "a", postbackup: hook, preBakcup: hook, onErr: hook }), {
    postbackup: "postBackup",
    preBakcup: "preBackup",
    onErr: "onError",
  });
  assertEquals(slipsOf({ name: "b", postBackup: "text" }), { postBackup: "postBackup" });
  assertEquals(slipsOf({ permission: {}, filter: hook }), { permission: "permissions" });
  class Plugin {
    name = "c";
    postBackups(): void {}
  }
  assertEquals(slipsOf(new Plugin()), { postBackups: "postBackup" });
});

Deno.test("plugin slips: a plugin's own helpers and data, and hooks left out, are none", () => {
  const plugin = { name: "d", version: "1", description: "", options: {}, permissions: () => ({}) };
  assertEquals(slipsOf({ ...plugin, send: hook, post: hook, backup: hook, filters: ["x"] }), {});
  assertEquals(slipsOf({ ...plugin, preBackup: hook, postBackup: undefined, onError: null }), {});
  assertEquals(slipsOf(Object.create(null)), {});
});

Deno.test("plugin slips: a getter is not asked, and what fights being looked at has none", () => {
  class Lazy {
    postbackup(): void {}
    get filtr(): never {
      throw new Error("not connected yet");
    }
    get client(): never {
      throw new Error("not connected yet");
    }
  }
  assertEquals(slipsOf(new Lazy()), { postbackup: "postBackup" });
  const shut = new Proxy({ preBackup: hook }, {
    ownKeys: () => {
      throw new Error("no");
    },
  });
  assertEquals(slipsOf(shut), {});
});

Deno.test("plugin slips: almost the name of a hook that is there is a helper of it", () => {
  assertEquals(slipsOf({ filter: hook, _filter: hook, isFilter: hook }), {});
  assertEquals(slipsOf({ permissions: {}, permission: hook, _filter: hook }), {
    _filter: "filter",
  });
});
