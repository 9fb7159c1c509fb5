/** Network paths and shadow copies of Windows: which they are, and what main keeps for them. Pure. */

import { assertEquals, assertThrows } from "@std/assert";
import { HikaeError } from "../../src/base/errors.ts";
import { type SourceLook, sourcePlace } from "../../src/cli/plugin/plugin_source.ts";
import {
  isUnscoped,
  keptKinds,
  KINDS,
  needsAllPermissions,
} from "../../src/sandbox/permissions.ts";

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

const LINK = "C:\\Temp\\hikae-docs-1";
const COPY = "\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy3";

/** A link to a shadow copy: what is in it can be opened, the real path of nothing below it can be had. */
function shadowed(target: string, plain: readonly string[]): SourceLook {
  const dirs = new Set([...plain, `${LINK}\\Users\\me`, `${COPY}\\`]);
  return {
    realPath: (path) => {
      if (plain.includes(path)) return path;
      throw Object.assign(new Error("path not found"), { code: "ENOENT" });
    },
    isDirectory: (path) => dirs.has(path),
    readLink: (path) => {
      if (path === LINK) return target;
      throw new Error("not a link");
    },
  };
}

Deno.test("windows: a directory in a shadow copy is read by a thread with all permissions", () => {
  const look = shadowed(`${COPY}\\`, ["D:\\docs"]);
  const place = (path: string): unknown => Object.values(sourcePlace(path, look, true));
  assertEquals(place("D:\\docs"), ["D:\\docs", false]);
  assertEquals(place(`${LINK}\\Users\\me`), [`${LINK}\\Users\\me`, true]);
});

Deno.test("windows: the root of a shadow copy is read by its device, for its link is none", () => {
  for (
    const target of [
      COPY,
      `${COPY}\\`,
      COPY.replace("\\\\?", "\\??"),
      COPY.slice("\\\\?\\GLOBALROOT".length),
    ]
  ) {
    const place = sourcePlace(LINK, shadowed(target, []), true);
    assertEquals(Object.values(place), [`${COPY}\\`, true], target);
    assertEquals(needsAllPermissions(place.source, true), true);
  }
});

Deno.test("windows: a source of a plugin that is not there is an error with what to do next", () => {
  for (const [path, windows] of [["E:\\x", true], [`${LINK}\\Users\\me`, false]] as const) {
    const error = assertThrows(
      () => sourcePlace(path, shadowed("E:\\nothing", []), windows),
      HikaeError,
    );
    assertEquals(error.id, "source_missing");
  }
  assertThrows(() => sourcePlace(LINK, shadowed("E:\\nothing", []), true), HikaeError);
});
