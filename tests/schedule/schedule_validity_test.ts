/** What the schedulers' own readers say to what is rendered: schema rules, systemd-analyze, a plist parser, sh. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { HikaeError } from "../../src/base/errors.ts";
import { shellCommand } from "../../src/schedule/cron.ts";
import { renderPlist } from "../../src/schedule/launchd.ts";
import { encodeText, type ScheduleRequest } from "../../src/schedule/plan.ts";
import { PLAIN_OPTIONS, type ScheduleOptions } from "../../src/schedule/options.ts";
import { parseSchedule, type Schedule } from "../../src/schedule/schedule.ts";
import { renderService, renderTimer, unitName } from "../../src/schedule/systemd.ts";
import { renderTask } from "../../src/schedule/task_scheduler.ts";

const WEEKLY = parseSchedule({ weekly: ["sun 03:05"] });

const SCHEDULES: Schedule[] = [
  parseSchedule({ daily: ["21:00"] }),
  { kind: "hourly" },
  WEEKLY,
  parseSchedule({ weekly: ["mon-fri 12:00,18:30", "sat 9:00"] }),
  { kind: "onDrive", drive: "My USB" },
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
    options: PLAIN_OPTIONS,
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

const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** The schema's rules for the elements that are used: their order, or `all`; `!` marks the required ones. */
const RULES: Record<string, { order: "sequence" | "all" | "many"; children: readonly string[] }> = {
  Task: {
    order: "sequence",
    children: ["RegistrationInfo", "Triggers", "Principals", "Settings", "Actions!"],
  },
  RegistrationInfo: { order: "all", children: ["Author", "Description"] },
  // a choice, as often as wanted
  Triggers: {
    order: "many",
    children: ["TimeTrigger", "LogonTrigger", "CalendarTrigger", "EventTrigger"],
  },
  EventTrigger: {
    order: "sequence",
    children: [
      "Enabled",
      "StartBoundary",
      "EndBoundary",
      "Repetition",
      "ExecutionTimeLimit",
      "Subscription!",
      "Delay",
    ],
  },
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
    children: [
      "Enabled",
      "StartBoundary!",
      "EndBoundary",
      "Repetition",
      "ExecutionTimeLimit",
      "RandomDelay",
    ],
  },
  LogonTrigger: {
    order: "sequence",
    // the schema lets UserId be absent, and the task would start for everybody
    children: ["Enabled", "StartBoundary", "EndBoundary", "Repetition", "UserId!", "Delay"],
  },
  Repetition: { order: "all", children: ["Interval!", "Duration", "StopAtDurationEnd"] },
  ScheduleByDay: { order: "all", children: ["DaysInterval"] },
  ScheduleByWeek: { order: "all", children: ["WeeksInterval", "DaysOfWeek"] },
  DaysOfWeek: { order: "all", children: DAYS },
  ...Object.fromEntries(DAYS.map((day) => [day, { order: "all", children: [] } as const])),
  IdleSettings: {
    order: "all",
    children: ["Duration", "WaitTimeout", "StopOnIdleEnd", "RestartOnIdle"],
  },
  RestartOnFailure: { order: "all", children: ["Interval!", "Count!"] },
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

const BOOLEAN = /^(true|false|0|1)$/;
/** `xs:duration`; of what is written here without years and months. */
const DURATION = /^P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?$/;

/** The schema's simple types, for every element that holds a text. */
const VALUES: Record<string, RegExp> = {
  StartBoundary: /^\d{4}-(0[1-9]|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:00$/,
  Interval: DURATION,
  Delay: DURATION,
  RandomDelay: DURATION,
  ExecutionTimeLimit: DURATION,
  Count: /^([1-9]|\d\d|1\d\d|2[0-4]\d|25[0-5])$/,
  DaysInterval: /^[1-9]\d{0,2}$/,
  WeeksInterval: /^([1-9]|[1-4]\d|5[0-2])$/,
  Subscription: /^<QueryList>.+<\/QueryList>$/,
  LogonType: /^(S4U|Password|InteractiveToken)$/,
  RunLevel: /^(LeastPrivilege|HighestAvailable)$/,
  MultipleInstancesPolicy: /^(Parallel|Queue|IgnoreNew|StopExisting)$/,
  Priority: /^([0-9]|10)$/,
  UserId: /.+/,
  Author: /.*/,
  Description: /.*/,
  Command: /.+/,
  Arguments: /.*/,
  WorkingDirectory: /.+/,
  ...Object.fromEntries(
    [
      "StopAtDurationEnd",
      "DisallowStartIfOnBatteries",
      "StopIfGoingOnBatteries",
      "AllowHardTerminate",
      "StartWhenAvailable",
      "RunOnlyIfNetworkAvailable",
      "AllowStartOnDemand",
      "Enabled",
      "Hidden",
      "RunOnlyIfIdle",
      "WakeToRun",
      "StopOnIdleEnd",
      "RestartOnIdle",
    ].map((name) => [name, BOOLEAN]),
  ),
};

/** Lengths of time that the schema bounds: from a minute to 31 days. */
function assertInterval(text: string): void {
  const [, d = "0", , h = "0", m = "0"] = DURATION.exec(text)?.map((p) => parseInt(p ?? "0") || 0)
    .map(String) ?? [];
  const minutes = Number(d) * 1440 + Number(h) * 60 + Number(m);
  assert(minutes >= 1 && minutes <= 31 * 1440, text);
}

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
    const value = VALUES[name];
    assert(value !== undefined, `no type is known for <${name}>`);
    assert(value.test(text), `<${name}>${text}`);
    if (name === "Interval") assertInterval(text);
    return;
  }
  const names = inside.map(nameOf);
  const known = rule.children.map((child) => child.replace("!", ""));
  for (const child of names) assert(known.includes(child), `<${child}> in <${name}>`);
  if (rule.order !== "many") {
    assertEquals(new Set(names).size, names.length, `twice in <${name}>`);
  }
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
    for (const [whetherLoggedOn, options] of TASKS) {
      const dir = `C:\\Users\\me\\${NASTY}`;
      const asked = { ...request(schedule, dir), whetherLoggedOn, options };
      const xml = renderTask(asked, WINDOWS);
      assertEquals(XMLValidator.validate(xml), true);
      const top = (parser.parse(xml) as Node[]).filter((node) => nameOf(node) === "Task");
      assertEquals(top.length, 1);
      const [task] = stripBlank(top);
      assert(task !== undefined);
      holdToSchema(task);
      const found = textOf(task, "WorkingDirectory");
      assertEquals(found, asked.command.workingDirectory);
      assertEquals(textOf(task, "UserId"), "A&B\\me");
      assertEquals(textOf(task, "LogonType"), whetherLoggedOn ? "S4U" : "InteractiveToken");
      assertEquals(textOf(task, "Hidden"), "false");
    }
  }
});

const EVERYTHING: ScheduleOptions = {
  onlyOnAc: true,
  onlyIdle: true,
  highest: true,
  wake: true,
  randomDelay: 45,
  retry: 10,
  maxDuration: 3 * 86_400_000,
  priority: "normal",
};

const TASKS: readonly [boolean, ScheduleOptions][] = [
  [false, PLAIN_OPTIONS],
  [true, PLAIN_OPTIONS],
  [false, EVERYTHING],
];

const WINDOWS = { home: "C:\\Users\\me", user: "A&B\\me", state: "C:\\s", now: 1_795_000_000_000 };

Deno.test("schedule: a task belongs to a user by number, and to nobody never", () => {
  const asked = request({ kind: "onLogin" }, "C:\\x");
  const sid = "S-1-12-1-1111111111-2222222222-3333333333-4444444444";
  const xml = renderTask(asked, { ...WINDOWS, sid });
  assertEquals(xml.split(`<UserId>${sid}</UserId>`).length, 3);
  const error = assertThrows(() => renderTask(asked, { ...WINDOWS, user: "" }), HikaeError);
  assertEquals(error.id, "failed");
});

Deno.test({
  name: "schedule: a task that is installed on the eve of summer time keeps its hour (sets TZ)",
  ignore: Deno.build.os !== "linux",
  fn: () => {
    // 2026-03-29 02:30 is skipped in Berlin; the evening before, in a process of its own
    const script = `
      import { triggersOf } from ${
      JSON.stringify(new URL("../../src/schedule/task_triggers.ts", import.meta.url).href)
    };
      import { parseSchedule } from ${
      JSON.stringify(new URL("../../src/schedule/schedule.ts", import.meta.url).href)
    };
      const now = new Date(2026, 2, 28, 21, 0).getTime();
      for (const flags of [{ daily: ["02:30"] }, { weekly: ["sun 02:30"] }]) {
        const request = { schedule: parseSchedule(flags), options: { randomDelay: 0 } };
        console.log(triggersOf(request, { userId: "x", now }).find((l) => l.includes("Start")).trim());
      }`;
    const { stdout } = new Deno.Command(Deno.execPath(), {
      args: ["eval", "--quiet", "--no-check", script],
      env: { TZ: "Europe/Berlin" },
      cwd: new URL("../..", import.meta.url),
    }).outputSync();
    const line = "<StartBoundary>2026-03-29T02:30:00</StartBoundary>";
    assertEquals(new TextDecoder().decode(stdout).trim().split("\n"), [line, line]);
  },
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

const SOME: ScheduleOptions = {
  ...PLAIN_OPTIONS,
  onlyOnAc: true,
  randomDelay: 30,
  retry: 2,
  maxDuration: 3_600_000,
  priority: "normal",
};

const service = (asked: ScheduleRequest): string => renderService(asked, { user: "me" });

function verifyUnits(dir: string): void {
  const files: string[] = [];
  SCHEDULES.forEach((schedule, i) => {
    const options = i % 2 === 0 ? PLAIN_OPTIONS : SOME;
    const asked = { ...request(schedule, dir), options, job: `${i} ${NASTY}\\` };
    for (const [kind, render] of [["service", service], ["timer", renderTimer]] as const) {
      if (kind === "timer" && schedule.kind === "onDrive") continue;
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
      if (asked.schedule === WEEKLY) {
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
