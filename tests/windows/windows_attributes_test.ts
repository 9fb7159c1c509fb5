/**
 * Creation times, owners, access lists and streams of Windows (`--attributes`): what `dir /r` and a PowerShell script
 * tell is read, what the script is given is written. The round trip at the end runs on a real Windows alone.
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import {
  answerOf,
  askLine,
  ownDacl,
  READ_SCRIPT,
  setLine,
  streamList,
  streamsOf,
  WRITE_SCRIPT,
} from "../../src/base/windows_attributes.ts";
import { utf8 } from "../../src/base/bytes.ts";
import { makeTree, run, summary, tempDir } from "../helpers/cli_helper.ts";

const base64 = (text: string): string => utf8(text).toBase64();

function utf16(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) view.setUint16(i * 2, text.charCodeAt(i), true);
  return bytes;
}

/** What `dir /a /s /r /-c` prints of a tree, with these words around a directory's path. */
function listing(before: string, behind: string): string {
  const dir = (path: string): string => `${before}${path}${behind}\r\n`;
  return ` Volume in drive C is OS\r\n Volume Serial Number is 1234-5678\r\n\r\n${
    dir("C:\\t\\My Docs")
  }\r\n11/29/2026  07:23 PM    <DIR>          .\r\n                                    7 .:own:$DATA\r\n` +
    "11/29/2026  07:23 PM    <DIR>          ..\r\n                                    9 ..:above:$DATA\r\n" +
    "11/29/2026  07:23 PM                 5 a b.txt\r\n" +
    "                                   26 a b.txt:Zone.Identifier:$DATA\r\n" +
    "                               200000 a b.txt:große é:$DATA\r\n" +
    "11/29/2026  07:23 PM    <DIR>          sub のディレクトリ\r\n" +
    "               1 File(s)              5 bytes\r\n\r\n" +
    `${dir("C:\\t\\My Docs\\sub のディレクトリ")}\r\n` +
    "11/29/2026  07:23 PM                 1 日本.txt\r\n                                    1 日本.txt:s:$DATA\r\n" +
    "     Total Files Listed:\r\n               2 File(s)              6 bytes\r\n";
}

Deno.test("streams: what dir /r prints becomes paths and streams, in whatever language", () => {
  const expected = [
    ["", [{ name: "own", size: 7 }]],
    ["a b.txt", [{ name: "Zone.Identifier", size: 26 }, { name: "große é", size: 200000 }]],
    ["sub のディレクトリ/日本.txt", [{ name: "s", size: 1 }]],
  ];
  const languages = [
    [" Directory of ", ""],
    [" Verzeichnis von ", ""],
    [" ", " のディレクトリ"],
  ] as const;
  for (const [before, behind] of languages) {
    for (const root of ["C:\\t\\My Docs", "c:\\T\\my docs\\"]) {
      const bytes = utf16(listing(before, behind));
      assertEquals([...streamsOf(bytes, root)], expected, before + behind);
    }
  }
  const other = utf16(listing(" Directory of ", ""));
  assertEquals([...streamsOf(other, "C:\\elsewhere")], []);
});

Deno.test("access lists: what a directory above passes on is left out, what is said of the file itself is kept", () => {
  const cases = [
    ["D:(A;ID;FA;;;SY)(A;ID;FA;;;BA)", undefined],
    ["D:AI(A;ID;FA;;;SY)(A;OICIID;FA;;;BA)", undefined],
    ["D:AI(A;;FR;;;BU)(A;ID;FA;;;SY)", "D:AI(A;;FR;;;BU)"],
    ["D:(A;;FR;;;BU)", "D:(A;;FR;;;BU)"],
    ["D:PAI(A;OICI;FA;;;SY)", "D:PAI(A;OICI;FA;;;SY)"],
    ["D:P", "D:P"],
    ["D:NO_ACCESS_CONTROL", "D:NO_ACCESS_CONTROL"],
    ['D:(XA;;FX;;;WD;(@User.Title=="PM"))', 'D:(XA;;FX;;;WD;(@User.Title=="PM"))'],
    ["", undefined],
  ] as const;
  for (const [sddl, kept] of cases) assertEquals(ownDacl(sddl), kept, sddl);
});

Deno.test("powershell: a line of the answer becomes attributes, and what makes no sense none", () => {
  const streams = [{ name: "Zone.Identifier", size: 26 }, { name: "big", size: 1 << 20 }];
  assertEquals(
    askLine("sub/日本 a", streams),
    `${base64("sub\\日本 a")}|${base64("Zone.Identifier")}\r\n`,
  );
  assertEquals(
    answerOf(
      `${base64("sub\\日本 a")}|133000000000000000|${base64("O:S-1-5-21-1G:BU")}|` +
        `${base64("D:AI(A;;FR;;;BU)(A;ID;FA;;;SY)")}|${base64("Zone Identifier")}:AAo=`,
    ),
    {
      path: "sub/日本 a",
      attributes: {
        "windows.created": base64("133000000000000000"),
        "windows.owner": base64("O:S-1-5-21-1G:BU"),
        "windows.dacl": base64("D:AI(A;;FR;;;BU)"),
        "windows.stream.Zone\\040Identifier": "AAo=",
      },
    },
  );
  assertEquals(answerOf(`${base64("link")}|1`), {
    path: "link",
    attributes: { "windows.created": base64("1") },
  });
  assertEquals(answerOf(`${base64("a")}!${base64("Access is\r\ndenied.")}`), {
    complaint: "a: Access is denied.",
  });
  for (const line of ["", "x", `${base64("..\\b")}|1`, `${base64("a")}|-1`, `${base64("a")}|`]) {
    assertEquals(answerOf(line), undefined, line);
  }
  assertEquals(streamList(streams), base64("Zone.Identifier\t26\nbig\t1048576"));
});

Deno.test("powershell: what is set is a line of plain characters, and leads nowhere else", () => {
  const set = {
    "windows.flags": base64("hs"),
    "windows.created": base64("133000000000000000"),
    "windows.owner": base64("O:BAG:BU"),
    "windows.dacl": base64("D:P(A;;FA;;;SY)"),
    "windows.streams": base64("x\t1"),
    "windows.stream.Zone\\040Identifier": "AAo=",
    "user.linux": "MQ==",
  };
  assertEquals(
    setLine("sub/日本 a", { set, remove: ["windows.stream.old"] }),
    `${base64("sub\\日本 a")}|6|133000000000000000|${base64("O:BAG:BU")}|` +
      `${base64("D:P(A;;FA;;;SY)")}|+${base64("Zone Identifier")}:AAo=|-${base64("old")}\r\n`,
  );
  assertEquals(
    setLine("a", { set: {}, remove: ["windows.flags", "windows.dacl", "windows.created"] }),
    `${base64("a")}|0|||${base64("D:AI")}\r\n`,
  );
  assertEquals(setLine("a", { set: { "user.a": "MQ==" }, remove: [] }), undefined);
  for (const path of ["../a", "a/../../b", "/a"]) {
    assertThrows(() => setLine(path, { set, remove: [] }), RangeError);
    assertThrows(() => askLine(path, []), RangeError);
  }
  for (const name of ["a:b", "a\\134b", "a/b"]) {
    const wrong = { set: { [`windows.stream.${name}`]: "" }, remove: [] };
    assertThrows(() => setLine("a", wrong), RangeError, undefined, name);
  }
});

Deno.test("powershell: the scripts are plain text without a line that could be told apart by its end", () => {
  for (const script of [READ_SCRIPT, WRITE_SCRIPT]) {
    assert(/^[\x20-\x7e\n]+$/.test(script));
    const count = (of: string): number => script.split(of).length;
    assertEquals([count("{"), count("("), count("[")], [count("}"), count(")"), count("]")]);
  }
});

/** What PowerShell tells of a file. */
function told(file: string): string {
  const script = "$f=$env:FILE;$i=Get-Item -LiteralPath $f -Force;$a=Get-Acl -LiteralPath $f;" +
    "$i.CreationTimeUtc.Ticks;[int]$i.Attributes;$a.Owner;" +
    "$a.Access|?{!$_.IsInherited}|%{$_.IdentityReference,$_.FileSystemRights,$_.AccessControlType -join ' '};" +
    "if(!$i.PSIsContainer){Get-Item -LiteralPath $f -Stream *|?{$_.Stream -ne ':$DATA'}|" +
    "%{$_.Stream;[Convert]::ToBase64String([byte[]](Get-Content -LiteralPath $f -Stream $_.Stream -Encoding Byte))}}";
  return powershell(script, { FILE: file });
}

function powershell(script: string, env: Record<string, string> = {}): string {
  const { stdout } = new Deno.Command("powershell.exe", {
    args: ["-NoProfile", "-NonInteractive", "-Command", script],
    env,
  }).outputSync();
  return new TextDecoder().decode(stdout).trim();
}

const REAL = Deno.build.os === "windows" && powershell("'ok'") === "ok";

Deno.test({
  name:
    "attributes of Windows: a backup keeps them, and a restore gives them back (a real Windows)",
  ignore: !REAL,
  async fn(): Promise<void> {
    using dir = tempDir();
    const [source, vault, target] = [dir.at("s"), dir.at("v"), dir.at("t")];
    makeTree(source, { "plain.txt": "1", "100% é!": { "日本 & g": "2" } });
    const [plain, odd] = ["plain.txt", join("100% é!", "日本 & g")];
    powershell(
      "$f=$env:FILE;Set-Content -LiteralPath $f -Stream zone -Value ([byte[]](0,10,255)) -Encoding Byte;" +
        "(Get-Item -LiteralPath $f).CreationTimeUtc='2020-01-02T03:04:05.678Z'",
      { FILE: join(source, odd) },
    );
    powershell(
      "icacls $env:FILE /grant '*S-1-5-32-546:(R)'; icacls $env:DIR /inheritance:d; attrib +h $env:FILE",
      { FILE: join(source, plain), DIR: join(source, "100% é!") },
    );
    const kept = await run(["backup", source, vault, "--attributes", "--json"]);
    assertEquals([kept.code, summary(kept).attributes_failed], [0, 0], kept.stderr);
    const again = await run(["backup", source, vault, "--attributes", "--json"]);
    assertEquals(again.code, 0, again.stderr);
    const done = await run(["restore", vault, "--to", target, "--attributes", "--json"]);
    assertEquals([done.code, summary(done).attributes_refused], [0, 0], done.stderr);
    for (const path of [plain, odd, "100% é!"]) {
      assertEquals(told(join(target, path)), told(join(source, path)), path);
    }
    // a stream changes the times of its file: they are put back
    for (const path of [plain, odd]) {
      const [to, from] = [Deno.statSync(join(target, path)), Deno.statSync(join(source, path))];
      assertEquals(to.mtime?.getTime(), from.mtime?.getTime(), path);
    }
  },
});
