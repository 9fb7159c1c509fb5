/** `hikae integrate`: what it writes for each file manager, that it is started with the name as one word, and that it goes again. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  isThere,
  makeTree,
  read,
  run,
  type RunResult,
  type TempDir,
  tempDir,
} from "../helpers/cli_helper.ts";
import { MARK } from "../../src/cli/integrate/manager.ts";
import { MANAGERS } from "../../src/cli/integrate/managers.ts";
import { applySteps, type ScheduleStep } from "../../src/schedule/plan.ts";
import { quoteWindows } from "../../src/schedule/quote.ts";

const LINUX = Deno.build.os === "linux";

/** A home, and a PATH with file managers that do nothing. */
function world(
  programs: readonly string[],
): TempDir & { integrate(...w: string[]): Promise<RunResult> } {
  const dir = tempDir();
  makeTree(dir.path, { home: {}, bin: {} });
  for (const name of programs) {
    Deno.writeTextFileSync(dir.at(`bin/${name}`), "#!/bin/sh\n", { mode: 0o755 });
  }
  const env = { HOME: dir.at("home"), XDG_DATA_HOME: dir.at("home/data"), PATH: dir.at("bin") };
  return Object.assign(dir, {
    integrate: (...words: string[]) => run(["integrate", ...words], { env, cwd: dir.path }),
  });
}

const SCRIPT = "home/data/nautilus/scripts/Versions";
const MENU = "home/data/kio/servicemenus/hikae-versions.desktop";
const ACTION = "home/data/nemo/actions/hikae-versions.nemo_action";

Deno.test({
  name:
    "integrate: the file managers that are installed get the entry, others none, and --remove takes it away",
  ignore: !LINUX,
  fn: async () => {
    using dir = world(["nautilus", "dolphin"]);
    const shown = await dir.integrate("--print");
    assertEquals(shown.code, 0, shown.stderr);
    assertStringIncludes(shown.stdout, `# write ${dir.at(SCRIPT)} (executable)`);
    assert(!isThere(dir.at("home/data")), "showing writes nothing");
    const added = await dir.integrate();
    assertEquals(added.code, 0, added.stderr);
    assertStringIncludes(added.stdout, "Dolphin");
    assertEquals([SCRIPT, MENU, ACTION].map((f) => isThere(dir.at(f))), [true, true, false]);
    for (const file of [SCRIPT, MENU]) {
      assertEquals((Deno.statSync(dir.at(file)).mode ?? 0) & 0o777, 0o755, file);
    }
    assertStringIncludes(read(dir.at(MENU)), " serve --open --clicked -- %f\n");
    // again is no error
    assertEquals((await dir.integrate("--lang", "ja", "--for", "nautilus")).code, 0);
    const removed = await dir.integrate("--remove", "--json");
    assertEquals(removed.code, 0, removed.stderr);
    assertEquals([...Deno.readDirSync(dir.at("home/data/nautilus/scripts"))], []);
    assertEquals([SCRIPT, MENU].map((f) => isThere(dir.at(f))), [false, false]);
    assertEquals((await dir.integrate("--remove")).code, 0);
  },
});

Deno.test({
  name: "integrate: a file of somebody else is neither replaced nor removed",
  ignore: !LINUX,
  fn: async () => {
    using dir = world(["nautilus"]);
    makeTree(dir.at("home"), { data: { nautilus: { scripts: { Versions: "mine" } } } });
    const added = await dir.integrate();
    assertEquals(added.code, 1);
    assertStringIncludes(added.stderr, dir.at(SCRIPT));
    assertEquals((await dir.integrate("--remove")).code, 0);
    assertEquals(read(dir.at(SCRIPT)), "mine");
  },
});

Deno.test({
  name: "integrate: what is not there or not of this system is said so, and still shown",
  ignore: !LINUX,
  fn: async () => {
    using dir = world([]);
    assertEquals((await dir.integrate("--for", "finder")).code, 2);
    assertEquals((await dir.integrate("--for", "krusader")).code, 2);
    const elsewhere = await dir.integrate("--for", "finder", "--for", "explorer", "-n");
    assertEquals(elsewhere.code, 0, elsewhere.stderr);
    assertStringIncludes(
      elsewhere.stdout,
      "Library/Services/hikae-versions.workflow/Contents/Info.plist",
    );
    assertStringIncludes(
      elsewhere.stdout,
      "reg add HKCU\\Software\\Classes\\*\\shell\\hikae.versions /ve",
    );
    assertEquals([...Deno.readDirSync(dir.at("home"))].filter((e) => e.name !== ".cache"), []);
    // the entry waits for what is installed later
    const waits = await dir.integrate();
    assertEquals(waits.code, 0, waits.stderr);
    assertStringIncludes(waits.stderr, "no file manager that hikae knows is installed");
    assertEquals([SCRIPT, MENU, ACTION].map((f) => isThere(dir.at(f))), [true, true, true]);
  },
});

const HOSTILE = "a 'b' \"c\" $(touch run) `touch run` ; touch run & %f \\ -x";
const COMMAND = ["/opt/my 'own' \"$x\" \\ `y`/hikae", "serve", "--open", "--clicked", "--"];
const ENTRY = {
  label: "Versions",
  command: COMMAND,
  home: "/home/me",
  data: "/home/me/.local/share",
};

function stepsOf(name: string): readonly ScheduleStep[] {
  return MANAGERS.find((m) => m.name === name)?.add(ENTRY) ?? [];
}

function textOf(name: string, i = 0): string {
  const step = stepsOf(name)[i];
  assert(step?.kind === "write");
  assertStringIncludes(step.text, MARK);
  return step.text;
}

Deno.test({
  name: "integrate: a script hands over a hostile name as one argument, whatever stands in it",
  ignore: Deno.build.os === "windows",
  fn: () => {
    using dir = tempDir();
    // the program of the entry writes down what it was started with
    const program = dir.at('it\'s "$x" `y`');
    Deno.writeTextFileSync(program, '#!/bin/sh\nprintf "%s\\n" "$@" > "$OUT"\n', { mode: 0o755 });
    const entry = { ...ENTRY, command: [program, ...COMMAND.slice(1)] };
    const finder = MANAGERS.find((m) => m.name === "finder")?.add(entry)[1];
    const nautilus = MANAGERS.find((m) => m.name === "nautilus")?.add(entry)[0];
    assert(finder?.kind === "write" && nautilus?.kind === "write");
    const line = /<key>COMMAND_STRING<\/key>\s*<string>([^<]*)<\/string>/.exec(finder.text)?.[1] ??
      "";
    const plain = line.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"')
      .replaceAll("&apos;", "'").replaceAll("&amp;", "&");
    for (const script of [nautilus.text, `${plain}\nwait\n`]) {
      Deno.writeTextFileSync(dir.at("script"), script);
      const done = new Deno.Command("/bin/sh", {
        args: [dir.at("script"), HOSTILE],
        cwd: dir.path,
        env: { OUT: dir.at("out") },
      }).outputSync();
      assert(done.success, new TextDecoder().decode(done.stderr));
      assertEquals(read(dir.at("out")).trimEnd().split("\n"), [...COMMAND.slice(1), HOSTILE]);
      assert(!isThere(dir.at("run")));
    }
  },
});

/** The words of a line of `Exec`, by the rules of desktop entries. */
function execWords(file: string): string[] {
  const line = /^Exec=(.*)$/m.exec(file)?.[1] ?? "";
  const value = line.replace(/\\(.)/g, (_, c: string) => c === "s" ? " " : c);
  return [...value.matchAll(/"((?:\\.|[^"\\])*)"|(\S+)/g)].map(([, quoted, plain]) =>
    quoted?.replace(/\\(.)/g, "$1") ?? plain ?? ""
  );
}

Deno.test("integrate: Dolphin starts the program with the name in the place of %f, and no shell", () => {
  const menu = textOf("dolphin");
  assertEquals(execWords(menu), [...COMMAND, "%f"]);
  assertStringIncludes(menu, "MimeType=all/allfiles;inode/directory;");
});

Deno.test("integrate: Nemo gives an address, in which no name has a blank or a quotation mark", () => {
  const action = textOf("nemo");
  assert(/^Exec=.* serve --open --clicked -- %U$/m.test(action), action);
  assert(/^Quote=double$/m.test(action));
});

Deno.test("integrate: Explorer's entry stands in the user's own branch, for files and folders, and goes again", async () => {
  const asked: string[][] = [];
  const ports = {
    run: (program: string, args: readonly string[]) => {
      asked.push([program, ...args]);
      return Promise.resolve({ code: args[0] === "delete" ? 1 : 0, stdout: "", stderr: "" });
    },
    files: undefined as never,
  };
  const program = "C:\\Program Files\\hikae\\hikae.exe";
  const explorer = MANAGERS.find((m) => m.name === "explorer");
  assert(explorer !== undefined);
  const entry = { ...ENTRY, command: [program, ...COMMAND.slice(1)] };
  await applySteps(explorer.add(entry), quoteWindows, ports);
  const keys = new Set(asked.map(([, , key]) => key?.replace(/\\command$/, "")));
  assertEquals([...keys], [
    "HKCU\\Software\\Classes\\*\\shell\\hikae.versions",
    "HKCU\\Software\\Classes\\Directory\\shell\\hikae.versions",
  ]);
  const command = asked.find(([, , key]) => key?.endsWith("\\command"));
  assertEquals(
    command?.[command.indexOf("/d") + 1],
    '"C:\\Program Files\\hikae\\hikae.exe" serve --open --clicked -- "%1"',
  );
  asked.length = 0;
  // a key that is not there is no error
  await applySteps(explorer.remove(ENTRY), quoteWindows, ports);
  assertEquals(asked.map((a) => a.slice(1, 3)), [...keys].map((key) => ["delete", key]));
});
