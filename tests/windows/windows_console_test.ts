/** The program in its console on Windows: Ctrl-C, code pages, and where it keeps what it knows. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { programFlags } from "../../src/sandbox/program_permissions.ts";
import { isThere, listTree, makeTree, read, run, tempDir } from "../helpers/cli_helper.ts";
import type { Pressed } from "./windows_console.ts";

const ignore = Deno.build.os !== "windows";
const MAIN = fromFileUrl(new URL("../../main.ts", import.meta.url));
const PROGRAM = [Deno.execPath(), "run", ...programFlags(true), "--quiet", MAIN];

/** Runs the program in a console of its own and presses Ctrl-C once it has printed `word`. */
async function press(
  word: string,
  out: string,
  args: readonly string[],
): Promise<Pressed> {
  const helper = fromFileUrl(new URL("./windows_console.ts", import.meta.url));
  const words = ["run", "-A", "--quiet", helper, out, word, ...PROGRAM, ...args];
  const env = { NO_COLOR: "1", HIKAE_STATE_DIR: `${out}.state` };
  await new Deno.Command(Deno.execPath(), { args: words, env, stdin: "null" }).output();
  return JSON.parse(Deno.readTextFileSync(out)) as Pressed;
}

Deno.test({
  name: "windows: Ctrl-C ends a job with 130, and the vault is whole",
  ignore,
  fn: async () => {
    using dir = tempDir();
    makeTree(dir.at("source"), { a: "1", d: { b: "2" } });
    const [source, vault] = [dir.at("source"), dir.at("vault")];
    const job = ["job", source, vault, "--interval", "1h", "--json"];
    const r = await press('"message_type":"summary"', dir.at("out.json"), job);
    assertEquals([r.pressed, r.code], [true, 130], r.stdout);
    assertEquals((await run(["verify", vault])).code, 0);
    assertEquals(listTree(vault).filter((p) => p.includes("$TMP@")), []);
  },
});

Deno.test({
  name: "windows: what is printed into a pipe is UTF-8 whatever the code page is",
  ignore,
  fn: async () => {
    using dir = tempDir();
    makeTree(dir.at("sø urce"), { "日本語.txt": "1", "é": "2" });
    const [source, vault] = [dir.at("sø urce"), dir.at("vaült")];
    assertEquals((await run(["backup", source, vault])).code, 0);
    for (const page of ["437", "850", "1252"]) {
      const script = dir.at("ls.cmd");
      const quoted = [...PROGRAM, "ls"].map((w) => `"${w}"`).join(" ");
      Deno.writeTextFileSync(script, `@chcp ${page} >nul\r\n@${quoted} %1\r\n`);
      const { stdout } = await new Deno.Command("cmd", {
        args: ["/d", "/c", script, vault],
        env: { HIKAE_STATE_DIR: dir.at("state") },
      }).output();
      const text = new TextDecoder("utf-8", { fatal: true }).decode(stdout);
      assertStringIncludes(text, "日本語.txt", page);
      assertStringIncludes(text, "é", page);
    }
  },
});

Deno.test({
  name: "windows: the config lies below %APPDATA%, logs and the rest below %LOCALAPPDATA%",
  ignore,
  fn: async () => {
    using dir = tempDir();
    makeTree(dir.at("source"), { a: "1" });
    const env = {
      HIKAE_STATE_DIR: "",
      APPDATA: dir.at("Roaming"),
      LOCALAPPDATA: dir.at("Local"),
      USERPROFILE: dir.at("me"),
    };
    Deno.mkdirSync(dir.at("Local"));
    const config = dir.at("Roaming", "hikae", "hikae.jsonc");
    Deno.mkdirSync(dir.at("Roaming", "hikae"), { recursive: true });
    const jobs = { docs: { source: dir.at("source"), vaults: [dir.at("vault")] } };
    Deno.writeTextFileSync(config, JSON.stringify({ jobs }));
    const r = await run(["backup", "docs", "--log"], { env, cwd: dir.path });
    assertEquals(r.code, 0, r.stdout + r.stderr);
    assertEquals(read(dir.at("vault", "a")), "1");
    const logs = listTree(dir.at("Local", "hikae"));
    assert(logs.some((p) => p.includes("docs")), logs.join("\n"));
    // a service account may lack the variable
    const bare = { ...env, LOCALAPPDATA: "" };
    assertEquals((await run(["backup", "docs", "--log"], { env: bare, cwd: dir.path })).code, 0);
    assert(isThere(join(dir.at("me"), "AppData", "Local", "hikae")));
  },
});

Deno.test({
  name: "windows: schedule install --print shows the task, and makes none",
  ignore,
  fn: async () => {
    using dir = tempDir();
    const config = dir.at("hikae.jsonc");
    const jobs = { docs: { source: dir.at("source"), vaults: [dir.at("vault")] } };
    Deno.writeTextFileSync(config, JSON.stringify({ jobs }));
    const install = (job: string): ReturnType<typeof run> =>
      run(["schedule", "install", job, "--daily", "21:00", "--print", "--config", config]);
    const r = await install("docs");
    assertEquals(r.code, 0, r.stderr);
    assertMatch(r.stdout, /<StartBoundary>\d{4}-\d\d-\d\dT21:00:00<\/StartBoundary>/);
    assertStringIncludes(r.stdout, `backup docs --config ${config} --log --max-duration 3d`);
    assertMatch(r.stdout, /<UserId>S-1-[-\d]+<\/UserId>/);
    assertStringIncludes(r.stdout, "schtasks /Create /TN \\hikae\\docs /XML ");
    assertEquals((await install("nope")).code, 2);
    const none = await run(["schedule", "list"]);
    assertEquals([none.code, none.stdout], [0, ""]);
    assertStringIncludes(none.stderr, "no job is scheduled");
  },
});
