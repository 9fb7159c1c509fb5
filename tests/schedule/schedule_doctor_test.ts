/** What `schedule doctor` finds, and the `schedule` commands against stand-ins of the system's programs. */

import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { resolve } from "@std/path";
import { EXIT, HikaeError } from "../../src/base/errors.ts";
import type { Message } from "../../src/base/event.ts";
import type { Command, Context, RunCommand } from "../../src/cli/command.ts";
import { runProgram } from "../../src/cli/program/run_program.ts";
import { schedule } from "../../src/cli/spec/schedule.ts";
import { stateDir } from "../../src/cli/state_dir.ts";
import { run as runHikae } from "../helpers/cli_helper.ts";
import {
  findDifferences,
  type ScheduleFacts,
  variablesIn,
} from "../../src/schedule/differences.ts";
import { type Acl, changeable, parseAcls } from "../../src/schedule/acl.ts";
import { askWindows } from "../../src/schedule/ask_windows.ts";
import { parseDrives } from "../../src/schedule/drives.ts";
import { pasteLine } from "../../src/schedule/quote.ts";
import type { RunProgram } from "../../src/base/process.ts";
import {
  cronVariables,
  expandVariables,
  parseRegistryEnvironment,
  parseSystemdEnvironment,
} from "../../src/schedule/doctor.ts";

const facts: ScheduleFacts = {
  scheduler: "systemd",
  paths: [{ what: "source", path: "/home/me/docs" }],
  variables: [],
  byHand: (name) => ({ PATH: "/usr/bin:/home/me/bin", DISK: "/mnt/a" })[name],
  scheduled: new Map([["PATH", "/usr/bin/:/home/me/bin"]]),
  drives: new Map([["Z:", "\\\\nas\\b"]]),
  command: { program: "/hikae", args: [], workingDirectory: "/", env: {} },
  home: "/home/me",
  elevated: false,
  whetherLoggedOn: true,
};

function levels(changes: Partial<ScheduleFacts>): string[] {
  return findDifferences({ ...facts, ...changes }).filter((f) => f.level !== "ok")
    .map((f) => `${f.level} ${f.about}`);
}

Deno.test("doctor: says nothing is wrong when nothing is", () => {
  assertEquals(levels({}), []);
});

Deno.test("doctor: finds drives, shares, mounts, users, PATH, variables, closed folders", () => {
  const path = (path: string): Partial<ScheduleFacts> => ({ paths: [{ what: "vault", path }] });
  assertEquals(levels(path("z:\\x")), ["problem drives"]);
  const [mapped] = findDifferences({ ...facts, ...path("z:\\x") });
  assert(mapped?.message.endsWith("write //nas/b/x in the config"));
  assertEquals(levels(path("//nas/b")), ["note drives"]);
  assertEquals(levels(path("/run/media/me/usb/b")), ["note drives"]);
  assertEquals(levels({ whetherLoggedOn: false }), ["note user"]);
  assertEquals(levels({ scheduler: "task-scheduler", elevated: true, scheduled: undefined }), [
    "note user",
  ]);
  assertEquals(levels({ scheduled: new Map([["PATH", "/usr/bin"]]) }), ["note path"]);
  assertEquals(levels({ variables: ["DISK"] }), ["problem config"]);
  const there = new Map([["PATH", "/usr/bin:/home/me/bin"], ["DISK", "/mnt/b"]]);
  assertEquals(levels({ variables: ["DISK"], scheduled: there }), ["note config"]);
  assertEquals(levels({ variables: ["HOME", "UNSET"] }), []);
  const mac = { scheduler: "launchd", paths: [{ what: "source", path: "/home/me/Documents" }] };
  assertEquals(levels(mac as Partial<ScheduleFacts>), ["note permissions"]);
});

Deno.test("doctor: a plugin that wants an administrator's rights is a problem in a task without them", () => {
  const asks: Partial<ScheduleFacts> = {
    scheduler: "task-scheduler",
    scheduled: undefined,
    elevatedPlugins: ["snapshot_source"],
  };
  assertEquals(levels({ ...asks, highest: false }), ["problem permissions"]);
  assertEquals(levels({ ...asks, highest: true }), []);
  assertEquals(levels({ ...asks, highest: undefined }), []);
  assertEquals(levels({ elevatedPlugins: ["snapshot_source"], highest: false }), []);
});

Deno.test("doctor: reads the variables of a config and of the schedulers", () => {
  assertEquals(
    variablesIn('{"$schema": "x", "source": "$DISK/a", "vaults": ["${NAS}/b", "%OneDrive%/c"]}'),
    ["DISK", "NAS", "OneDrive"],
  );
  assertEquals(
    [...parseSystemdEnvironment("PATH=/usr/bin:/bin\nX=$'a b\\'c'\nnoise\n")],
    [["PATH", "/usr/bin:/bin"], ["X", "a b'c"]],
  );
  const registry = parseRegistryEnvironment(
    "\r\nHKEY\\x\r\n    Path    REG_EXPAND_SZ    C:\\Windows\r\n    OS    REG_SZ    NT\r\n",
    "\r\nHKEY\\y\r\n    Path    REG_SZ    C:\\me\r\n",
  );
  assertEquals([...registry], [["PATH", "C:\\Windows;C:\\me"], ["OS", "NT"]]);
  const place = { home: "/h", user: "me", state: "/s", now: 0 };
  assertEquals(
    cronVariables('PATH="/opt/bin:/bin"\n0 * * * * x=1\n', place).get("PATH"),
    "/opt/bin:/bin",
  );
});

Deno.test("doctor: a registry's values are expanded, and PATH compared as Windows does it", () => {
  const registry = parseRegistryEnvironment(
    "    Path    REG_EXPAND_SZ    %SystemRoot%\\system32;%TOOLS%\\bin;C:\\Plain\\\r\n" +
      "    TOOLS    REG_EXPAND_SZ    %systemdrive%\\Tools\r\n    LOOP    REG_SZ    %LOOP%x\r\n",
    "    Path    REG_SZ    C:\\me\r\n",
  );
  const session = (name: string): string | undefined =>
    ({ SYSTEMROOT: "C:\\WINDOWS", SYSTEMDRIVE: "C:" })[name];
  const there = expandVariables(registry, session);
  assertEquals(there.get("PATH"), "C:\\WINDOWS\\system32;C:\\Tools\\bin;C:\\Plain\\;C:\\me");
  assertEquals(there.get("LOOP"), "%LOOP%x");
  const windows: Partial<ScheduleFacts> = {
    scheduler: "task-scheduler",
    scheduled: there,
    byHand: (name) =>
      name === "PATH" ? 'C:\\Windows\\System32;"c:\\tools/BIN";c:\\plain;C:\\ME\\' : undefined,
  };
  assertEquals(levels(windows), []);
  const [lost] = findDifferences({
    ...facts,
    ...windows,
    byHand: (name) => name === "PATH" ? "C:\\Windows\\System32;D:\\Mine" : undefined,
  }).filter((f) => f.about === "path");
  assert(lost?.message.includes("PATH: D:\\Mine ("), lost?.message);
});

Deno.test("answers of Windows' programs: another code page is read by PowerShell, lost letters are refused", async () => {
  const asked: string[] = [];
  const answers = (first: string, second: string): RunProgram => (program) => {
    asked.push(program);
    return Promise.resolve({ code: 0, stdout: program === "reg" ? first : second, stderr: "" });
  };
  const coded = (t: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(t)));
  const args = ["query", "HKCU\\Network", "/s"];
  assertEquals(await askWindows(answers("plain", ""), "reg", args), "plain");
  assertEquals(asked, ["reg"]);
  const path = "\\\\nas\\Sicherung_Jörg";
  assertEquals(await askWindows(answers("J\ufffdrg", coded(path)), "reg", args), path);
  for (const second of [coded("J\ufffdrg"), "", "no base64!"]) {
    const error = await assertRejects(
      () => askWindows(answers("J\ufffdrg", second), "reg", args),
      HikaeError,
      "letters of it are lost",
    );
    assert(error.hint !== undefined);
  }
  const network = "HKEY_CURRENT_USER\\Network\\Z\r\n    RemotePath    REG_SZ    \\\\nas\\J?rg\r\n";
  assertThrows(() => parseDrives(network), HikaeError, "letters lost");
});

Deno.test("advice to paste: a line that POSIX shells, cmd and PowerShell hand over as it is", () => {
  const line = (...words: string[]): string => pasteLine(words, true);
  assertEquals(
    line("setx", "HIKAE_STATE_DIR", "C:\\my state"),
    'setx HIKAE_STATE_DIR "C:\\my state"',
  );
  assertEquals(
    line("hikae", "schedule", "doctor", "Übersicht"),
    'hikae schedule doctor "Übersicht"',
  );
  assertEquals(line("x", "C:\\a b\\"), 'x "C:\\a b\\\\"');
  assertEquals(line("x", "a&b", "a;b", "(a)", "a,b", "@a"), 'x "a&b" "a;b" "(a)" "a,b" "@a"');
  assertEquals(line("x", "$home"), "x '$home'");
  assertEquals(pasteLine(["x", "it's $1"], false), "x 'it'\\''s $1'");
});

Deno.test("a task with all rights: who may change what it starts, by the access list", () => {
  const [users, admins, system] = ["S-1-5-32-545", "S-1-5-32-544", "S-1-5-18"];
  const acl = (owner: string, ...allowed: [string, number][]): Acl => ({
    owner,
    allowed: allowed.map(([sid, rights]) => ({ sid, rights })),
  });
  const read = 0x1200a9;
  assert(!changeable(acl(admins, [users, read], [system, 0x1f01ff]), "file"));
  assert(changeable(acl(admins, [users, read | 0x2]), "file"));
  assert(changeable(acl("S-1-5-21-1-2-3-1001", [users, read]), "file"));
  assert(changeable(undefined, "file"));
  // everybody may make a directory in C:\\: that changes nothing that is there, but beside a program it would
  assert(!changeable(acl(system, [users, read | 0x4]), "above"));
  assert(changeable(acl(system, [users, read | 0x4]), "directory"));
  assert(changeable(acl(system, [users, read | 0x40]), "above"));
  assert(changeable(acl(system, [users, -0x80000000 + 0x40000000]), "above"));
  const printed = `0 O ${admins}\r\n0 A ${users} 1179817\r\n1 O ${system}\r\nnoise\r\n`;
  assertEquals(
    [...parseAcls(printed)],
    [[0, acl(admins, [users, 1179817])], [1, acl(system)]],
  );
});

Deno.test("state directory: the platform's own, or HIKAE_STATE_DIR", () => {
  const of = (env: Record<string, string>, platform: "linux" | "darwin" | "windows"): string =>
    stateDir((name) => env[name], platform);
  assertEquals(of({ HOME: "/h" }, "linux"), "/h/.local/state/hikae");
  assertEquals(of({ HOME: "/h", XDG_STATE_HOME: "/x" }, "linux"), "/x/hikae");
  assertEquals(of({ HOME: "/h" }, "darwin"), "/h/Library/Application Support/hikae");
  assertEquals(of({ LOCALAPPDATA: "C:\\l" }, "windows"), "C:\\l\\hikae");
  assertEquals(of({ HIKAE_STATE_DIR: "/mine" }, "linux"), resolve("/mine"));
});

const PATH = Deno.env.get("PATH") ?? "";

interface Call {
  args?: readonly string[];
  flags?: Readonly<Record<string, string | true>>;
}

/** A home with a config, a state directory, and programs that write down how they are called. */
async function withHome(work: (home: string, call: Caller) => Promise<void>): Promise<void> {
  const home = Deno.makeTempDirSync({ dir: "/tmp" });
  try {
    Deno.mkdirSync(`${home}/bin`);
    Deno.writeTextFileSync(
      `${home}/hikae.jsonc`,
      JSON.stringify({ jobs: { docs: { source: "./docs", vaults: ["./vault"] } } }),
    );
    await work(home, (sub, call) => callCommand(home, sub, call));
  } finally {
    Deno.removeSync(home, { recursive: true });
  }
}

type Caller = (
  sub: string,
  call: Call,
) => Promise<{ code: number; said: string; messages: Message[] }>;

async function callCommand(
  home: string,
  sub: string,
  { args = [], flags = {} }: Call,
): Promise<{ code: number; said: string; messages: Message[] }> {
  const command = schedule.sub?.find((one) => one.name === sub) as Command;
  const env: Record<string, string> = {
    HOME: home,
    USER: "me",
    PATH: "/usr/bin",
    HIKAE_STATE_DIR: `${home}/state`,
  };
  const said: string[] = [];
  const messages: Message[] = [];
  const context: Context = {
    command,
    parsed: {
      args,
      has: (name) => name in flags,
      get: (name) => typeof flags[name] === "string" ? flags[name] as string : undefined,
      all: (name) => typeof flags[name] === "string" ? [flags[name] as string] : [],
    },
    emit: (message) => messages.push(message),
    say: (text) => said.push(text),
    tell: (text) => said.push(text),
    write: () => {},
    clock: { now: () => new Date(2026, 10, 21, 7, 38).getTime() },
    env: (name) => env[name],
    cwd: home,
    json: "json" in flags,
    quiet: false,
    verbose: false,
    signal: new AbortController().signal,
    // not by Deno.env: test files that run side by side share it
    runProgram: (program, args, options = {}) =>
      runProgram(program, args, {
        ...options,
        env: { PATH: `${home}/bin:${PATH}`, ...options.env },
      }),
  };
  const { run } = await command.load?.() as { run: RunCommand };
  return { code: await run(context), said: said.join("\n"), messages };
}

function program(home: string, name: string, body: string): void {
  const text = `#!/bin/sh\necho "${name} $*" >>"${home}/calls"\n${body}\n`;
  Deno.writeTextFileSync(`${home}/bin/${name}`, text, { mode: 0o755 });
}

const posix = { ignore: Deno.build.os !== "linux" };

Deno.test(
  "schedule install: --print writes and starts nothing",
  posix,
  () =>
    withHome(async (home, call) => {
      program(home, "systemctl", "exit 0");
      const flags = { weekly: "sun", print: true as const };
      const { code, said } = await call("install", { args: ["docs", "03:00"], flags });
      assertEquals(code, 0);
      assert(said.includes("OnCalendar=Sun *-*-* 03:00:00"), said);
      assert(said.includes(`--config ${home}/hikae.jsonc --log`), said);
      assert(said.includes(`Environment=HIKAE_STATE_DIR=${home}/state`), said);
      assertEquals(Deno.readTextFileSync(`${home}/calls`), "systemctl --user show-environment\n");
      assertEquals([...Deno.readDirSync(home)].some((e) => e.name === ".config"), false);
    }),
);

Deno.test(
  "schedule install: --print shows also what this machine has not",
  posix,
  () =>
    withHome(async (_home, call) => {
      const flags = { daily: "21:00", print: true as const };
      const own = await call("install", { args: ["docs"], flags });
      assert(/OnCalendar=\*-\*-\* 21:00:00|^0 21 /m.test(own.said), own.said);
      const cron = await call("install", {
        args: ["docs"],
        flags: { ...flags, scheduler: "cron" },
      });
      assert(cron.said.includes("0 21 * * *"), cron.said);
    }),
);

Deno.test(
  "schedule install: --print --json has the text of each file",
  posix,
  () =>
    withHome(async (home) => {
      const line = ["schedule", "install", "docs", "--daily", "21:00", "--print", "--json"];
      const place = ["--scheduler", "systemd", "--config", `${home}/hikae.jsonc`];
      const { json, code } = await runHikae([...line, ...place], { env: { HOME: home } });
      assertEquals(code, 0);
      const files = json.filter((m) => m.kind === "write");
      assertEquals(files.map((m) => String(m.text).split("\n")[0]), ["[Unit]", "[Unit]"]);
    }),
);

Deno.test(
  "schedule: install, list, doctor, remove through systemd's programs",
  posix,
  () =>
    withHome(async (home, call) => {
      const last = `${home}/state/logs/docs/last.json`;
      const outcome = JSON.stringify({
        format: 1,
        job: "docs",
        stamp: "20261121_210000",
        result: "failed",
        exit: 10,
        message: "no vault there",
        log: "20261121_210000.log",
        summaries: [],
      });
      program(
        home,
        "systemctl",
        `case "$*" in
        *show-environment) echo PATH=/usr/bin;;
        *show*) echo LoadState=loaded; echo ActiveState=active; echo ExecMainStatus=10;;
        *"start --wait"*) mkdir -p '${home}/state/logs/docs'; echo '${outcome}' >'${last}'; exit 1;;
      esac`,
      );
      program(home, "loginctl", "echo Linger=no");
      const units = `${home}/.config/systemd/user`;
      await assertRejects(() => call("doctor", { args: ["docs"] }), HikaeError, "not scheduled");
      const installed = await call("install", { args: ["docs"], flags: { daily: "21:00" } });
      assertEquals(installed.said.split("\n")[0], "docs: every day at 21:00 (systemd)");
      assert(Deno.readTextFileSync(`${units}/hikae-docs.timer`).includes("Persistent=true"));
      assertEquals((await call("list", {})).said, "docs: systemd, active, never ran");
      const doctor = await call("doctor", { args: ["docs"] });
      assertEquals(doctor.code, EXIT.failed);
      const said = doctor.said.replace(/\n {8}/g, " ");
      assert(said.includes("problem run: exit code 10: no vault there; log: "), said);
      assert(said.includes("note    user: it runs only while you are logged in"), said);
      const listed = await call("list", {});
      assertEquals(listed.said, "docs: systemd, active, last 20261121_210000 failed");
      assertEquals(
        (await call("remove", { args: ["docs"], flags: { json: true } })).messages.length,
        1,
      );
      assertEquals([...Deno.readDirSync(units)], []);
      assert((await call("list", {})).said.includes("no job is scheduled"));
    }),
);

Deno.test(
  "schedule: cron through a stand-in, doctor in cron's environment",
  posix,
  () =>
    withHome(async (home, call) => {
      program(home, "systemctl", "exit 1");
      program(
        home,
        "crontab",
        `if [ "$1" = -l ]; then cat '${home}/table' 2>/dev/null || { echo no crontab for me >&2; exit 1; }
       else cat >'${home}/table'; fi`,
      );
      await call("install", { args: ["docs"], flags: { hourly: true } });
      const table = Deno.readTextFileSync(`${home}/table`);
      assert(table.startsWith("# hikae:begin docs\n0 * * * * cd "), table);
      assertMatch(
        (await call("list", {})).said,
        /^docs: cron, installed, next \d{4}-\d\d-\d\d \d\d:00, never ran$/,
      );
      const doctor = await call("doctor", { args: ["docs"], flags: { "no-run": true } });
      assertEquals(doctor.code, EXIT.ok);
      await call("remove", { args: ["docs"] });
      assertEquals(Deno.readTextFileSync(`${home}/table`), "");
    }),
);

Deno.test(
  "schedule: an unknown job, scheduler or stray argument is wrong usage",
  posix,
  () =>
    withHome(async (home, call) => {
      program(home, "systemctl", "exit 0");
      const wrong: Call[] = [
        { args: [], flags: { hourly: true } },
        { args: ["nope"], flags: { hourly: true } },
        { args: ["docs", "other"], flags: { hourly: true } },
        { args: ["docs"], flags: { hourly: true, scheduler: "at" } },
        { args: ["docs"] },
      ];
      for (const one of wrong) {
        const error = await assertRejects(() => call("install", one), HikaeError);
        assertEquals(error.id, "usage");
      }
    }),
);
