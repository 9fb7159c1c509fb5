/** What the schedulers' own readers say to what is rendered: schema rules, systemd-analyze, a plist parser, sh. */

import { assert, assertEquals } from "@std/assert";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { shellCommand } from "../src/schedule/cron.ts";
import { renderPlist } from "../src/schedule/launchd.ts";
import { encodeText, type ScheduleRequest } from "../src/schedule/plan.ts";
import type { Schedule } from "../src/schedule/schedule.ts";
import { renderService, renderTimer, unitName } from "../src/schedule/systemd.ts";
import { renderTask } from "../src/schedule/task_scheduler.ts";

const SCHEDULES: Schedule[] = [
  { kind: "daily", hour: 21, minute: 0 },
  { kind: "hourly" },
  { kind: "weekly", day: "sun", hour: 3, minute: 5 },
  { kind: "every", minutes: 30 },
  { kind: "every", minutes: 45 },
  { kind: "every", minutes: 1440 },
  { kind: "every", minutes: 44_640 },
  { kind: "onLogin" },
];

/** Everything that a reader may take in its own way; `%` apart, which a task cannot hold twice. */
const NASTY = `we"ird & <it's> $HOME \${USER} \\n ;# 100% 日本`;

function has(program: string): boolean {
  try {
    return new Deno.Command(program, { args: ["--version"], stdout: "null", stderr: "null" })
      .outputSync().success;
  } catch {
    return false;
  }
}

function request(schedule: Schedule, dir: string): ScheduleRequest {
  return {
    job: `a/b ${NASTY}`,
    schedule,
    command: {
      program: `${dir}/hikae`,
      args: ["backup", `a/b ${NASTY}`, "--config", `${dir}/hikae.jsonc`, "", "--log"],
      workingDirectory: dir,
      env: { HIKAE_STATE_DIR: `${dir}/state` },
    },
    whetherLoggedOn: false,
    network: false,
  };
}

function withProgram(work: (dir: string) => void, name = NASTY): void {
  const root = Deno.makeTempDirSync({ dir: "/tmp" });
  try {
    const dir = `${root}/${name}`;
    Deno.mkdirSync(dir);
    const script = `#!/bin/sh\n{ pwd; printf '%s\\n' "$HIKAE_STATE_DIR" "$#" "$@"; } >"$0.out"\n`;
    Deno.writeTextFileSync(`${dir}/hikae`, script, { mode: 0o755 });
    work(dir);
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}

/** The schema's rules for the elements that are used: their order, or `all`; `!` marks the required ones. */
const RULES: Record<string, { order: "sequence" | "all"; children: string[] }> = {
  Task: {
    order: "sequence",
    children: ["RegistrationInfo", "Triggers", "Principals", "Settings", "Actions!"],
  },
  RegistrationInfo: { order: "all", children: ["Author", "Description"] },
  Triggers: { order: "all", children: ["TimeTrigger", "LogonTrigger", "CalendarTrigger"] },
  CalendarTrigger: {
    order: "sequence",
    children: [
      "Enabled",
      "StartBoundary!",
      "EndBoundary",
      "Repetition",
      "ExecutionTimeLimit",
      "RandomDelay",
      "ScheduleByDay",
      "ScheduleByWeek",
    ],
  },
  TimeTrigger: {
    order: "sequence",
    children: ["Enabled", "StartBoundary!", "EndBoundary", "Repetition", "ExecutionTimeLimit"],
  },
  LogonTrigger: {
    order: "sequence",
    children: ["Enabled", "StartBoundary", "EndBoundary", "Repetition", "UserId", "Delay"],
  },
  Repetition: { order: "all", children: ["Interval!", "Duration", "StopAtDurationEnd"] },
  ScheduleByDay: { order: "all", children: ["DaysInterval"] },
  ScheduleByWeek: { order: "all", children: ["WeeksInterval", "DaysOfWeek"] },
  DaysOfWeek: { order: "all", children: ["Sunday", "Monday", "Saturday"] },
  Sunday: { order: "all", children: [] },
  Principals: { order: "all", children: ["Principal!"] },
  Principal: { order: "all", children: ["UserId", "LogonType", "GroupId", "RunLevel"] },
  Settings: {
    order: "all",
    children: [
      "AllowStartOnDemand",
      "RestartOnFailure",
      "MultipleInstancesPolicy",
      "DisallowStartIfOnBatteries",
      "StopIfGoingOnBatteries",
      "AllowHardTerminate",
      "StartWhenAvailable",
      "NetworkProfileName",
      "RunOnlyIfNetworkAvailable",
      "WakeToRun",
      "Enabled",
      "Hidden",
      "DeleteExpiredTaskAfter",
      "IdleSettings",
      "NetworkSettings",
      "ExecutionTimeLimit",
      "Priority",
      "RunOnlyIfIdle",
    ],
  },
  Actions: { order: "all", children: ["Exec!"] },
  Exec: { order: "all", children: ["Command!", "Arguments", "WorkingDirectory"] },
};

const VALUES: Record<string, RegExp> = {
  StartBoundary: /^\d{4}-\d\d-\d\dT\d\d:\d\d:00$/,
  Interval: /^PT(\d+M|\d+H)$/,
  LogonType: /^(S4U|Password|InteractiveToken)$/,
  RunLevel: /^(LeastPrivilege|HighestAvailable)$/,
  MultipleInstancesPolicy: /^(Parallel|Queue|IgnoreNew|StopExisting)$/,
  ExecutionTimeLimit: /^PT0S$/,
  Priority: /^([0-9]|10)$/,
  UserId: /.+/,
};

type Node = Record<string, unknown>;

function children(node: Node, name: string): Node[] {
  const list = node[name];
  return Array.isArray(list) ? list as Node[] : [];
}

function nameOf(node: Node): string {
  return Object.keys(node).find((key) => key !== ":@") ?? "";
}

function holdToSchema(node: Node): void {
  const name = nameOf(node);
  const rule = RULES[name];
  const inside = children(node, name);
  if (rule === undefined) {
    const text = inside.map((child) => String(child["#text"] ?? "")).join("");
    assert(VALUES[name]?.test(text) ?? true, `<${name}>${text}`);
    if (/^(true|false)$/i.test(text)) assert(/^(true|false)$/.test(text), name);
    return;
  }
  const names = inside.map(nameOf);
  const known = rule.children.map((child) => child.replace("!", ""));
  for (const child of names) assert(known.includes(child), `<${child}> in <${name}>`);
  assertEquals(new Set(names).size, names.length, `twice in <${name}>`);
  for (const child of rule.children.filter((c) => c.endsWith("!"))) {
    assert(names.includes(child.slice(0, -1)), `<${child}> missing in <${name}>`);
  }
  if (rule.order === "sequence") {
    assertEquals(names, known.filter((child) => names.includes(child)), `order in <${name}>`);
  }
  inside.forEach(holdToSchema);
}

Deno.test("schedule: every task keeps the schema's rules and gives its texts back", () => {
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    parseTagValue: false,
    trimValues: false,
  });
  for (const schedule of SCHEDULES) {
    for (const whetherLoggedOn of [false, true]) {
      const asked = { ...request(schedule, `C:\\Users\\me\\${NASTY}`), whetherLoggedOn };
      const xml = renderTask(asked, {
        home: "C:\\Users\\me",
        user: "A&B\\me",
        state: "C:\\s",
        now: 1_795_000_000_000,
      });
      assertEquals(XMLValidator.validate(xml), true);
      const top = (parser.parse(xml) as Node[]).filter((node) => nameOf(node) === "Task");
      assertEquals(top.length, 1);
      const [task] = stripBlank(top);
      assert(task !== undefined);
      holdToSchema(task);
      const found = textOf(task, "WorkingDirectory");
      assertEquals(found, asked.command.workingDirectory);
      assertEquals(textOf(task, "UserId"), "A&B\\me");
      assertEquals(
        textOf(task, "LogonType"),
        whetherLoggedOn ? "S4U" : "InteractiveToken",
      );
    }
  }
});

Deno.test("schedule: a task's file is UTF-16 with its mark", () => {
  const bytes = encodeText("<é日😀>", "utf-16le");
  assertEquals([...bytes.slice(0, 4)], [0xff, 0xfe, 0x3c, 0]);
  assertEquals(new TextDecoder("utf-16le").decode(bytes), "<é日😀>");
});

function stripBlank(nodes: Node[]): Node[] {
  const kept: Node[] = [];
  for (const node of nodes) {
    const name = nameOf(node);
    if (name === "#text") {
      if (String(node["#text"]).trim() !== "") kept.push(node);
    } else kept.push({ ...node, [name]: stripBlank(children(node, name)) });
  }
  return kept;
}

function textOf(node: Node, wanted: string): string | undefined {
  const name = nameOf(node);
  if (name === wanted) return String(children(node, name)[0]?.["#text"]);
  for (const child of children(node, name)) {
    const found = textOf(child, wanted);
    if (found !== undefined) return found;
  }
  return undefined;
}

const systemd = has("systemd-analyze");

// systemd takes a quote in the program's own path only by way of a shell: both ways are looked at.
for (const name of [NASTY, "a b $HOME ${USER} 100% &;#日本"]) {
  Deno.test({
    name: `schedule: units in ${name} pass systemd-analyze verify${
      systemd ? "" : " (not installed)"
    }`,
    ignore: !systemd,
    fn: () => withProgram(verifyUnits, name),
  });
}

function verifyUnits(dir: string): void {
  const files: string[] = [];
  SCHEDULES.forEach((schedule, i) => {
    const asked = { ...request(schedule, dir), job: `${i} ${NASTY}\\` };
    for (const [kind, render] of [["service", renderService], ["timer", renderTimer]] as const) {
      const file = `${dir}/../${unitName(asked.job)}.${kind}`;
      Deno.writeTextFileSync(file, render(asked));
      files.push(file);
    }
  });
  const result = new Deno.Command("systemd-analyze", {
    args: ["verify", "--man=no", "--recursive-errors=yes", ...files],
    stdout: "piped",
    stderr: "piped",
  }).outputSync();
  const said = new TextDecoder().decode(result.stderr);
  assertEquals(said.split("\n").filter((line) => line.includes("hikae")), []);
  assertEquals(result.code, 0, said);
}

const python = has("python3");

Deno.test({
  name: `schedule: a plist parser reads every agent${python ? "" : " (python3 not installed)"}`,
  ignore: !python,
  fn: () => {
    const all = SCHEDULES.map((schedule) => request(schedule, `/Users/me/${NASTY}`));
    const file = Deno.makeTempFileSync({ dir: "/tmp" });
    for (const asked of all) {
      Deno.writeTextFileSync(file, renderPlist(asked));
      const read = new Deno.Command("python3", {
        args: [
          "-c",
          "import json,plistlib,sys; print(json.dumps(plistlib.load(open(sys.argv[1],'rb'))))",
          file,
        ],
      }).outputSync();
      assert(read.success, new TextDecoder().decode(read.stderr));
      const plist = JSON.parse(new TextDecoder().decode(read.stdout)) as Record<string, unknown>;
      assertEquals(plist["ProgramArguments"], [asked.command.program, ...asked.command.args]);
      assertEquals(plist["WorkingDirectory"], asked.command.workingDirectory);
      assertEquals(plist["EnvironmentVariables"], { ...asked.command.env });
      if (asked.schedule.kind === "every") {
        assertEquals(plist["StartInterval"], asked.schedule.minutes * 60);
      }
      if (asked.schedule.kind === "weekly") {
        assertEquals(plist["StartCalendarInterval"], { Weekday: 0, Hour: 3, Minute: 5 });
      }
    }
    Deno.removeSync(file);
  },
});

Deno.test({
  name: "schedule: the shell hands cron's command over unchanged",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withProgram((dir) => {
      const { command } = request({ kind: "hourly" }, dir);
      const result = new Deno.Command("/bin/sh", { args: ["-c", shellCommand(command)] })
        .outputSync();
      assert(result.success, new TextDecoder().decode(result.stderr));
      const expected = [dir, `${dir}/state`, String(command.args.length), ...command.args, ""];
      assertEquals(Deno.readTextFileSync(`${dir}/hikae.out`).split("\n"), expected);
    }),
});
