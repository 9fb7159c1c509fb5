/** Windows' own flags (`--attributes`): listed by `dir`, set by `attrib`. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { attribWords, flagged, flagsOf, listingsOf } from "../../src/base/windows_flags.ts";
import { FLAGS_LINE, POWERSHELL_LINE, STREAMS_LINE } from "../../src/cli/attributes/windows.ts";
import { makeTree, names, read, run, summary, tempDir } from "../helpers/cli_helper.ts";

const WINDOWS = Deno.build.os === "windows";

function utf16(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) view.setUint16(i * 2, text.charCodeAt(i), true);
  return bytes;
}

// as `cmd /u /c dir "Z:\v-w" /a:h /s /b` printed it under Wine
const RECORDED = "Z:\\v-w\\.$META$\r\nZ:\\v-w\\100% a!b\\.$META$\r\nZ:\\v-w\\sub\\.$META$\r\n";

Deno.test("flags: what dir prints becomes paths and letters, and what lies elsewhere none", () => {
  const printed = "*a\r\nZ:\\v-w\\日本語 & é\r\nZ:\\v-w2\\x\r\nC:\\Windows\\y\r\n" +
    `*h\r\n${RECORDED}*i\r\n*s\r\nz:\\V-W\\sub\\.$META$\r\n`;
  const flags = flagsOf(listingsOf(utf16(printed)), "Z:\\v-w\\");
  assertEquals([...flags], [
    ["日本語 & é", "a"],
    [".$META$", "h"],
    ["100% a!b/.$META$", "h"],
    ["sub/.$META$", "hs"],
  ]);
  assertEquals(flagged(flags, ["sub/.$META$", "other"]), [
    { path: "sub/.$META$", attributes: { "windows.flags": btoa("hs") } },
  ]);
});

Deno.test("flags: a system file is none while its others are set; what makes no sense sets nothing", () => {
  assertEquals(attribWords(btoa("hs")), ["-s", "-a", "+h", "-i", "+s"]);
  assertEquals(attribWords(""), ["-s", "-a", "-h", "-i"]);
  for (const value of [btoa("r"), btoa("/d"), btoa("h\0"), "?"]) {
    assertEquals(attribWords(value), undefined, value);
  }
});

Deno.test("flags: no name is part of the line that lists them", () => {
  for (const line of [FLAGS_LINE, STREAMS_LINE, POWERSHELL_LINE]) {
    assert(!/%/.test(line.replaceAll("%f", "")), line);
    // what cmd takes
    assert(line.length < 8000, String(line.length));
  }
});

/** What `attrib` tells of a file, without its path; Wine forgets what is set. */
function attrib(...words: string[]): string {
  const { stdout } = new Deno.Command("attrib.exe", { args: words }).outputSync();
  return new TextDecoder("latin1").decode(stdout).slice(0, 12).replace(/\s+/g, "");
}

/** Wine has a program of that name that does nothing. */
function hasPowershell(): boolean {
  const { stdout } = new Deno.Command("powershell.exe", { args: ["-Command", "'ok'"] })
    .outputSync();
  return new TextDecoder().decode(stdout).trim() === "ok";
}

Deno.test({
  name: "flags: a backup keeps them, and a restore gives them back",
  ignore: !WINDOWS,
  async fn(): Promise<void> {
    using dir = tempDir();
    const [source, vault, target] = [dir.at("s"), dir.at("v"), dir.at("t")];
    makeTree(source, { "plain.txt": "1", "100% é!": { "f & g": "2" } });
    const file = join(source, "100% é!", "f & g");
    for (const word of ["-a", "+h", "+s"]) attrib(word, file);
    const kept = await run(["backup", source, vault, "--attributes", "--json"]);
    // without PowerShell (Wine) the flags alone are kept, which is told
    const failed = hasPowershell() ? 0 : 1;
    assertEquals(kept.code, failed === 0 ? 0 : 3, kept.stderr);
    assertEquals(summary(kept).attributes_failed, failed);
    const [name = ""] = names(join(vault, ".$META$", "runs")).filter((n) => n.endsWith(".attr"));
    assert(read(vault, ".$META$", "runs", name).includes("windows.flags"));
    const done = await run(["restore", vault, "--to", target, "--attributes", "--json"]);
    assertEquals([done.code, summary(done).attributes_refused], [0, 0], done.stderr);
    for (const path of ["plain.txt", join("100% é!", "f & g")]) {
      assertEquals(attrib(join(target, path)), attrib(join(source, path)), path);
    }
  },
});
