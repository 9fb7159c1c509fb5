/** `hikae init`: asked and answered over a pipe, left at each question, and never over what is there. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { Interview, Left } from "../../src/cli/asking.ts";
import { configOf, jobName, readTold, readWhen } from "../../src/cli/init/answers.ts";
import { makeTree, run, type RunResult, tempDir } from "../helpers/cli_helper.ts";

const UNIX = Deno.build.os !== "windows";

/** A home with documents, programs that schedule nothing on this machine, and answers to all questions. */
function world(): ReturnType<typeof tempDir> & {
  init(answers: string[], env?: Record<string, string>): Promise<RunResult>;
} {
  const dir = tempDir();
  makeTree(dir.path, {
    home: { Documents: { "a.txt": "one", "b.txt": "second" } },
    bin: {},
    usb: {},
  });
  for (const name of ["systemctl", "crontab"]) {
    Deno.writeTextFileSync(dir.at(`bin/${name}`), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  }
  const init = (answers: string[], env: Record<string, string> = {}): Promise<RunResult> =>
    run(["init"], {
      cwd: dir.path,
      stdin: answers.map((a) => `${a}\n`).join(""),
      env: {
        HOME: dir.at("home"),
        // what was compiled and fetched already is not fetched for each home again
        DENO_DIR: Deno.env.get("DENO_DIR") ?? join(Deno.env.get("HOME") ?? "/", ".cache/deno"),
        XDG_CONFIG_HOME: dir.at("home/.config"),
        PATH: `${dir.at("bin")}:${Deno.env.get("PATH")}`,
        HIKAE_STATE_DIR: dir.at("state"),
        ...env,
      },
    });
  return Object.assign(dir, { init });
}

const CONFIG = "home/.config/hikae/hikae.jsonc";

Deno.test({
  name:
    "init: answers over a pipe make a config, a backup and a drill; a scheduler that is not there is a note",
  ignore: !UNIX,
  fn: async () => {
    using dir = world();
    const vault = dir.at("usb/docs");
    // the folder of the answers lies on the disk of the source: that is asked about
    const r = await dir.init(["", vault, "yes", "21:00", "*.tmp", "usual", "no", "yes"]);
    assertEquals(r.code, 0, r.stdout + r.stderr);
    assert(r.stdout.includes("as a drill: it is the same"), r.stdout);
    assert(r.stderr.includes("schedule could not be installed"), r.stderr);
    assertEquals(Deno.readTextFileSync(join(vault, "a.txt")), "one");
    const config = Deno.readTextFileSync(dir.at(CONFIG));
    assert(config.includes('"*.tmp"') && config.includes('"daily": 14'), config);
    const again = await dir.init(["", vault]);
    assertEquals(again.code, 2, again.stderr);
    assertEquals(Deno.readTextFileSync(dir.at(CONFIG)), config);
  },
});

Deno.test({
  name: "init: left at any question nothing is written",
  ignore: !UNIX,
  fn: async () => {
    const all = (vault: string): string[] => ["", vault, "yes", "no", "none", "all", "no", "no"];
    for (let n = 0; n <= 8; n++) {
      using dir = world();
      const before = [...Deno.readDirSync(dir.path)].map((e) => e.name).sort();
      const r = await dir.init([...all(dir.at("usb/docs")).slice(0, n), ...(n < 8 ? ["q"] : [])]);
      assertEquals(r.code, 130, `${n}: ${r.stdout}${r.stderr}`);
      assertEquals([...Deno.readDirSync(dir.path)].map((e) => e.name).sort(), before);
      assertEquals([...Deno.readDirSync(dir.at("usb"))], []);
      // Deno's own cache is no file of hikae
      const home = [...Deno.readDirSync(dir.at("home"))].map((e) => e.name);
      assertEquals(home.filter((name) => name !== ".cache"), ["Documents"]);
    }
  },
});

Deno.test({
  name:
    "init: a vault in its source, a source in its vault and a remote address are asked for again",
  ignore: !UNIX,
  fn: async () => {
    using dir = world();
    makeTree(dir.path, { full: { "x.txt": "another's" } });
    const r = await dir.init([
      "nowhere",
      "",
      dir.at("home/Documents/v"),
      dir.at("home"),
      "s3:x",
      "",
      dir.at("full"),
      dir.at("full/x.txt"),
      "/proc/v",
    ]);
    assertEquals(r.code, 130);
    assertEquals(r.stdout.match(/Try again/g)?.length, Deno.build.os === "linux" ? 8 : 7, r.stdout);
    assert(r.stdout.includes("full holds other files"), r.stdout);
    assert(r.stdout.endsWith(": \n"), "what is said after the last question begins a line");
  },
});

Deno.test({
  name:
    "init: answers as an input method gives them; no notification without its program; a first backup that fails says how to go on",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    using dir = world();
    // what is found at the place only when the backup opens it
    makeTree(dir.at("usb"), { docs: { ".$META$": {} } });
    Deno.writeTextFileSync(dir.at("usb/docs/.$META$/vault.json"), "{}");
    const path = dir.at("bin");
    const env = { LC_ALL: "ja_JP.UTF-8", PATH: path };
    const vault = dir.at("usb/docs");
    const r = await dir.init(
      ["", vault, "はい", "２１：００", "ＮＯＮＥ", "", "desktop", "", "ｙ"],
      env,
    );
    assertEquals(r.code, 13, r.stdout + r.stderr);
    assert(r.stdout.includes("notify-send がインストールされていない"), r.stdout);
    assert(r.stderr.includes("hikae backup documents --init"), r.stderr);
    const config = Deno.readTextFileSync(dir.at(CONFIG));
    assert(!config.includes("exclude") && !config.includes("desktop"), config);
  },
});

Deno.test("init: times, words and addresses as people write them", () => {
  assertEquals(readWhen("7:05"), { value: ["--daily", "07:05"] });
  assertEquals(readWhen("Hourly"), { value: ["--hourly"] });
  assertEquals(readWhen("no"), { value: [] });
  assert("problem" in readWhen("25:00") && "problem" in readWhen("often"));
  assertEquals(readTold("https://ntfy.example/x"), {
    value: { kind: "webhook", url: "https://ntfy.example/x", host: "ntfy.example" },
  });
  assert("problem" in readTold("me"));
  assertEquals(readWhen("７：０５"), { value: ["--daily", "07:05"] });
  assertEquals(jobName("C:\\Users\\me\\My Documents"), "my-documents");
  assertEquals(jobName("/"), "files");
});

Deno.test("init: the config that it writes reads back, whatever the paths hold", async () => {
  const { parseConfig } = await import("../../src/config/parse.ts");
  const source = '/home/me/$x "%y%"';
  const text = configOf({
    job: "my docs",
    source,
    vault: "/mnt/usb/v",
    when: [],
    exclude: ['"*.tmp'],
    keepAll: false,
    told: { kind: "desktop" },
  }, "linux");
  const { config } = parseConfig(text, {
    file: "/c/hikae.jsonc",
    expand: { env: () => "no", platform: "linux" },
  });
  assertEquals(config.jobs["my docs"]?.source, source);
  assertEquals(config.jobs["my docs"]?.exclude, ['"*.tmp']);
});

Deno.test("init: a question that gets no answer is not asked for ever, and signals are heard between", async () => {
  let turns = 0;
  const timer = setInterval(() => turns++);
  const input = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: (to) => to.enqueue(new TextEncoder().encode("\n".repeat(1000))),
  });
  let asked = 0;
  const interview = new Interview(input, (bytes) => {
    if (new TextDecoder().decode(bytes) === "Where to?: ") asked++;
  });
  await assertRejects(() => interview.ask("Where to?", "", (value) => ({ value })), Left);
  clearInterval(timer);
  await interview.end();
  assert(asked > 1 && asked < 100, `${asked}`);
  assert(turns > 1, `${turns}`);
});
