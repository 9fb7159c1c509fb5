/** Network paths of Windows: which they are, and what main keeps for them. Pure. */

import { assertEquals } from "@std/assert";
import { isUnscoped, keptKinds, KINDS, needsAllPermissions } from "../src/sandbox/permissions.ts";

Deno.test("windows: which real paths Deno opens only with all permissions", () => {
  const network = [
    "\\\\nas\\backup\\documents",
    "//nas/backup",
    "\\\\?\\UNC\\nas\\backup",
    "\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy3\\Users",
    "\\\\localhost\\c$\\x",
  ];
  const local = ["C:\\Users\\me", "\\\\?\\C:\\Users\\me", "D:\\", "\\\\.\\C:", "C:/x"];
  for (const path of network) {
    assertEquals(needsAllPermissions(path, true), true, path);
    assertEquals(needsAllPermissions(path, false), false, path);
  }
  for (const path of local) assertEquals(needsAllPermissions(path, true), false, path);
});

Deno.test("windows: one network path is enough for the exception, and it is for that run alone", () => {
  const share = { read: ["C:\\src", "\\\\nas\\v"], write: ["\\\\nas\\v"] };
  assertEquals(isUnscoped(share, true), true);
  assertEquals(isUnscoped(share, false), false);
  assertEquals(isUnscoped({ read: ["C:\\src", "D:\\v"], write: ["D:\\v"] }, true), false);
});

Deno.test("windows: main keeps everything only when it needs something itself, on a network path", () => {
  assertEquals(keptKinds(["read", "write"], false), ["read", "write"]);
  assertEquals(keptKinds([], true), []);
  assertEquals([...keptKinds(["read", "write"], true)], [...KINDS]);
});
