/** Paths as a file manager gives them lead to the vault that they lie in. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { copyOf } from "../../src/vault/mirror_path.ts";
import { isThere, META, Place, read } from "../conformance/fixture.ts";
import { quoteFor, userShell } from "../../src/cli/user_shell.ts";
import { names, run, tempDir } from "../helpers/cli_helper.ts";
import { NO_TERMINAL, onTerminal } from "../helpers/terminal_helper.ts";

Deno.test("a path in a vault is a copy of a path of the source, a mark of what it was before it ended", () => {
  const cases: [string, unknown][] = [
    ["", { path: "" }],
    ["a/b.txt", { path: "a/b.txt" }],
    ["a/.$META$$/b", { path: "a/.$META$/b" }],
    ["a/.$META$/$OLD@20261120_180000$b.txt", { path: "a/b.txt", endedBy: "20261120_180000" }],
    [".$META$/.$DEL@20261120_180000$b", { path: "b", endedBy: "20261120_180000" }],
    [".$META$/$LNK$l", { path: "l" }],
    [".$META$/.$DEL@20261120_180000$d/x/.$META$/$OLD@20261119_000000$y", {
      path: "d/x/y",
      endedBy: "20261120_180000",
    }],
    [".$META$", undefined],
    ["a/.$META$/metadata.txt", undefined],
    [".$META$/runs/20261120_180000.jsonl", undefined],
  ];
  for (const [rel, copy] of cases) assertEquals(copyOf(rel), copy as undefined, rel);
});

Deno.test("ls, cat, history and restore take what lies in a vault, by its full path, marks as well", async () => {
  using place = new Place({ d: { "a.txt": "1", b: "b" }, c: "c" });
  await place.backup();
  place.put({ d: { "a.txt": "22" } });
  const { stamp } = await place.backup();
  const { vault } = place;
  const paths = async (...line: string[]): Promise<unknown[]> => {
    const r = await run([...line, "--json"]);
    assertEquals(r.code, 0, r.stderr + r.stdout);
    return r.json.filter((m) => m.message_type === "entry").map((m) => m.path);
  };
  assertEquals(await paths("ls", join(vault, "d")), ["d", "d/a.txt", "d/b"]);
  assertEquals(await paths("ls", vault, join(vault, "d", "b")), ["d/b"]);
  assertEquals((await run(["cat", join(vault, "d", "a.txt")])).stdout, "22");
  const mark = join(vault, "d", META, `$OLD@${stamp}$a.txt`);
  assert(isThere(mark));
  assertEquals((await run(["cat", mark])).stdout, "1");
  const history = await run(["history", mark, "--json"]);
  assertEquals(history.json.map((m) => m.path), ["d/a.txt", "d/a.txt"]);
  using to = tempDir();
  for (const line of [[vault, mark], [mark], [vault, mark, join(vault, "c")]]) {
    const r = await run(["restore", ...line, "--to", to.at("t"), "--json"]);
    assertEquals([r.code, read(to.path, "t", "d", "a.txt")], [0, "1"], r.stderr + r.stdout);
  }
  assertEquals(names(to.at("t")), ["c", "d"]);
  const own = await run(["cat", join(vault, META, "vault.json"), "--json"]);
  assertEquals([own.code, own.json[0]?.code], [2, "usage"]);
});

Deno.test("what takes a vault alone names the vault that a directory lies in", async () => {
  using place = new Place({ d: { a: "1" } });
  await place.backup();
  for (const command of ["list", "verify", "report", "reindex", "status"]) {
    const r = await run([command, join(place.vault, "d"), "--json"]);
    const error = r.json.find((m) => m.message_type === "error");
    assertEquals([r.code, error?.code], [10, "no_vault"]);
    assertStringIncludes(String(error?.message), `lies inside the vault ${place.vault}`);
    assertEquals(error?.hint, `type hikae ${command} ${place.vault}`);
  }
});

Deno.test({
  name:
    "paths of history and find work when they are pasted from a terminal; elsewhere they stay as they are",
  ignore: NO_TERMINAL,
  fn: async () => {
    using dir = tempDir();
    const lines = [
      "mkdir 'it''s' && mkdir s && printf old > 's/a b.txt' && hikae backup s \"it's v\" -q",
      "printf newer > 's/a b.txt' && hikae backup s \"it's v\" -q",
      "hikae history \"it's v\" 'a b.txt' > plain",
      "hikae history \"it's v\" 'a b.txt'",
    ];
    const said = await onTerminal(dir, lines.map((l) => l.replaceAll(" -q", " --quiet")));
    const pasted = said.split("\n").map((l) => l.trim()).filter((l) => l.startsWith("'"));
    assertEquals(pasted.length, 2, said);
    const cat = new Deno.Command("sh", { args: ["-c", `cat ${pasted.join(" ")}`] }).outputSync();
    assertEquals(new TextDecoder().decode(cat.stdout), "oldnewer", said);
    const plain = read(dir.path, "plain").split("\n").map((l) => l.trim());
    assert(plain.some((l) => l.startsWith(".$META$/$OLD@") && l.endsWith("$a b.txt")), said);
  },
});

Deno.test("a word is quoted for the shell that hikae was started from", () => {
  const shell = (env: Record<string, string>): string => userShell((name) => env[name], true);
  const own = "C:\\Users\\me\\Documents\\WindowsPowerShell\\Modules;C:\\Windows\\x";
  assertEquals(shell({ PROMPT: "$P$G", PSModulePath: "C:\\Windows\\x" }), "cmd");
  assertEquals(shell({ PSModulePath: own }), "powershell");
  assertEquals(userShell(() => undefined, false), "sh");
  const mark = "E:\\V\\.$META$\\$OLD@20261120_180000$it's.txt";
  assertEquals(quoteFor("cmd", mark), `"${mark}"`);
  assertEquals(quoteFor("powershell", mark), `'${mark.replace("'", "''")}'`);
  assertEquals(quoteFor("sh", "/v/$a'b"), "'/v/$a'\\''b'");
  for (const shell of ["sh", "cmd", "powershell"] as const) {
    assertEquals(quoteFor(shell, "a/b.txt"), "a/b.txt");
  }
  const odd = "/v/it's\nb\\\u202e$x";
  assertEquals(quoteFor("sh", odd), "$'/v/it\\'s\\012b\\\\\\342\\200\\256$x'");
  assertEquals(quoteFor("powershell", odd), "('/v/it''s'+[char]10+'b\\'+[char]8238+'$x')");
});

Deno.test({
  name: "windows: a backslash before the closing quotation mark does no harm",
  ignore: Deno.build.os !== "windows",
  fn: async () => {
    using place = new Place({ a: "1" });
    await place.backup();
    const r = await run(["ls", `${place.vault}"`, "--json"]);
    assertEquals(r.json.filter((m) => m.message_type === "entry").map((m) => m.path), ["a"]);
  },
});
