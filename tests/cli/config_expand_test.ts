import { assertEquals } from "@std/assert";
import { expandPath } from "../../src/config/expand.ts";
import type { Platform } from "../../src/config/types.ts";

const ENV: Record<string, string> = {
  HOME: "/home/me",
  USERPROFILE: "C:\\Users\\me",
  "ProgramFiles(x86)": "C:\\PF86",
  DISK: "/mnt/disk",
  DRIVE: "E:",
  REL: "rel/dir",
  REMOTE: "gdrive:docs",
  EMPTY: "",
  SELF: "$SELF",
  BELL: "a\u0007",
};

function expand(text: string, platform: Platform, env = ENV): string {
  const base = platform === "windows" ? "C:\\conf" : "/conf";
  const result = expandPath(text, base, { platform, env: (name) => env[name] });
  return "path" in result ? result.path : `! ${result.problem}`;
}

const POSIX: [string, string][] = [
  ["a/b", "/conf/a/b"],
  ["../a/./b/", "/a/b"],
  ["/abs", "/abs"],
  ["~", "/home/me"],
  ["~/x", "/home/me/x"],
  ["a/~/x", "/conf/a/~/x"],
  ["~me/x", '! "~me/x" begins with ~, which stands for your home directory alone'],
  ["~\\x", '! "~\\x" begins with ~, which stands for your home directory alone'],
  ["$DISK/x", "/mnt/disk/x"],
  ["${DISK}x", "/mnt/diskx"],
  ["%DISK%/x", "/mnt/disk/x"],
  ["$REL/x", "/conf/rel/dir/x"],
  ["$SELF", "/conf/$SELF"],
  ["$NO/x", "! the environment variable NO is not set"],
  ["%NO%/x", "! the environment variable NO is not set"],
  ["${NO}", "! the environment variable NO is not set"],
  ["$EMPTY/x", "! the environment variable EMPTY is empty"],
  ["$BELL", "! the environment variable BELL has a control character"],
  ["${}", '! "${}" names no environment variable'],
  ["${a b}", '! "${a b}" names no environment variable'],
  ["${DISK", '! "${" names no environment variable'],
  ["$$DISK/%%DISK%%", "/conf/$DISK/%DISK%"],
  ["100%/c$/5%20", "/conf/100%/c$/5%20"],
  ["a\\b", "/conf/a\\b"],
  ["", "! an empty path"],
  ["  ", "! an empty path"],
  ["a\u0000b", "! a control character in a path"],
  ["a\ud800", "! a path that is not valid Unicode"],
  ["E:/Backup", '! "E:/Backup" is a Windows path, and this is not Windows'],
  ["E:\\Backup", '! "E:\\Backup" is a Windows path, and this is not Windows'],
  ["./E:/Backup", "/conf/E:/Backup"],
  ["s3:bucket", '! "s3:bucket" looks like a remote address, and hikae works on directories'],
  ["me@nas:/x", '! "me@nas:/x" looks like a remote address, and hikae works on directories'],
  ["$REMOTE", '! "gdrive:docs" looks like a remote address, and hikae works on directories'],
  ["sftp://host/x", '! "sftp://host/x" is a URL, and hikae works on directories'],
  ["./s3:bucket", "/conf/s3:bucket"],
  ["a/b:c", "/conf/a/b:c"],
  ["写真/é", "/conf/写真/é"],
];

const WINDOWS: [string, string][] = [
  ["a/b", "C:\\conf\\a\\b"],
  ["..\\a", "C:\\a"],
  ["D:/x", "D:\\x"],
  ["\\x", "C:\\x"],
  ["/x", "C:\\x"],
  ["//nas/share/x", "\\\\nas\\share\\x"],
  ["\\\\nas\\c$\\x", "\\\\nas\\c$\\x"],
  ["~", "C:\\Users\\me"],
  ["~\\x", "C:\\Users\\me\\x"],
  ["~/x", "C:\\Users\\me\\x"],
  ["%USERPROFILE%\\x", "C:\\Users\\me\\x"],
  ["%ProgramFiles(x86)%/x", "C:\\PF86\\x"],
  ["$DRIVE/x", "E:\\x"],
  ["E:x", '! "E:x" has no slash after its drive'],
  ["s3:bucket", '! "s3:bucket" looks like a remote address, and hikae works on directories'],
  ["$DRIVE", '! "E:" has no slash after its drive'],
];

Deno.test("config: paths expand by the rules of POSIX", () => {
  for (const [text, path] of POSIX) {
    assertEquals(expand(text, "linux"), path, text);
    assertEquals(expand(text, "darwin"), path, text);
  }
});

Deno.test("config: paths expand by the rules of Windows", () => {
  for (const [text, path] of WINDOWS) assertEquals(expand(text, "windows"), path, text);
});

Deno.test("config: ~ without a home directory is an error", () => {
  assertEquals(expand("~/x", "linux", {}), "! ~ cannot be expanded: HOME is not set");
  assertEquals(expand("~", "windows", {}), "! ~ cannot be expanded: USERPROFILE is not set");
});
