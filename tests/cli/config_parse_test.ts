import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { posix, win32 } from "node:path";
import { pathsOf } from "../../src/config/expand.ts";
import { HikaeError } from "../../src/base/errors.ts";
import { configProblems, parseConfig } from "../../src/config/parse.ts";
import { resolveJob } from "../../src/config/resolve.ts";
import { jsonSchema } from "../../src/config/schema.ts";
import { distance, nearest } from "../../src/base/nearest.ts";
import type { Config, Platform } from "../../src/config/types.ts";

const ENV: Record<string, string> = {
  HOME: "/home/me",
  USERPROFILE: "C:\\Users\\me",
  DISK: "/mnt/disk",
};

function parse(text: string, platform: Platform = "linux"): Config {
  const file = platform === "windows" ? "C:\\conf\\hikae.jsonc" : "/conf/hikae.jsonc";
  return parseConfig(text, { file, expand: { platform, env: (n) => ENV[n] } }).config;
}

function failure(text: string): HikaeError {
  const error = assertThrows(() => parse(text), HikaeError);
  assertEquals([error.id, error.exit], ["config", 2]);
  return error;
}

/** A config with one job of these further keys. */
function job(keys: string): string {
  return `{"jobs":{"a":{"source":"s","vaults":["v"]${keys === "" ? "" : `,${keys}`}}}}`;
}

Deno.test("config: the example of the design reads, comments and trailing commas and all", () => {
  const text = `\ufeff// a comment\r\n{\r\n  "$schema": "./hikae.schema.json",\r\n  "jobs": {
    "documents": { /* why */
      "source": "C:/Users/me/Documents",
      "vaults": ["E:/Backup/documents", "//nas/backup/documents"],
      "exclude": ["node_modules/", "*.tmp"],
      "maxGenerations": 10,
      "maxRetention": "90d",
      "keep": { "last": 7, "daily": 14, "weekly": 8, "monthly": 12 },
      "plugins": [
        { "path": "./plugins/webhook.ts", "allow": { "net": ["hooks.example.com"] },
          "options": { "url": "https://hooks.example.com/x" } },
      ],
    },
  },
}`;
  assertEquals(resolveJob(parse(text, "windows"), "documents"), {
    name: "documents",
    source: "C:\\Users\\me\\Documents",
    vaults: ["E:\\Backup\\documents", "\\\\nas\\backup\\documents"],
    exclude: ["node_modules/", "*.tmp"],
    excludeFrom: [],
    excludeIfPresent: [],
    oneFileSystem: false,
    checksum: false,
    attributes: false,
    share: "auto",
    snapshotSource: false,
    onError: "warn",
    maxGenerations: 10,
    maxRetention: { years: 0, months: 0, days: 90, ms: 0 },
    keep: { last: 7, daily: 14, weekly: 8, monthly: 12 },
    verifyShare: 0.01,
    plugins: [{
      path: "C:\\conf\\plugins\\webhook.ts",
      allow: { net: ["hooks.example.com"] },
      options: { url: "https://hooks.example.com/x" },
      onError: "warn",
    }],
  });
});

Deno.test("config: durations, sizes, shares and time limits become numbers", () => {
  const a = resolveJob(
    parse(job(`"excludeLargerThan":"1.5G","verifyShare":"0.5%","onError":"abort",
      "keep":{"within":"1y6mo","deleted":"2w","minVersions":2},
      "plugins":[{"path":"hikae:webhook","timeout":"1m30s"},{"path":"p.ts","onError":"warn"}]`)),
    "a",
  );
  assertEquals(a.excludeLargerThan, 1.5 * 1024 ** 3);
  assertEquals(a.verifyShare, 0.005);
  assertEquals(a.keep?.within, { years: 1, months: 6, days: 0, ms: 0 });
  assertEquals(a.keep?.deleted?.days, 14);
  assertEquals(a.plugins.map((p) => [p.path, p.timeout, p.onError]), [
    ["hikae:webhook", 90_000, "abort"],
    ["/conf/p.ts", undefined, "warn"],
  ]);
  assertEquals(resolveJob(parse(job(`"excludeLargerThan":500`)), "a").excludeLargerThan, 500);
});

Deno.test("config: defaults hold where the job has no such key, and whole", () => {
  const config = parse(`{"defaults":{"exclude":["x"],"keep":{"last":3},"excludeFrom":"list"},
    "log":{"keep":5},"jobs":{
    "a":{"source":"s","vaults":["v"]},
    "b":{"source":"t","vaults":["w"],"exclude":[],"keep":{"daily":1}}}}`);
  assertEquals(config.log.keep, 5);
  assertEquals(resolveJob(config, "a").exclude, ["x"]);
  assertEquals(resolveJob(config, "a").excludeFrom, ["/conf/list"]);
  assertEquals(resolveJob(config, "b").exclude, []);
  assertEquals(resolveJob(config, "b").keep, { daily: 1 });
});

Deno.test("config: the object is frozen to its depths", () => {
  const config = parse(job(`"plugins":[{"path":"x","options":{"deep":{"er":[1]}}}]`));
  const options = config.jobs["a"]?.plugins[0]?.options as { deep: { er: number[] } };
  for (const part of [config, config.jobs, config.jobs["a"], options.deep, options.deep.er]) {
    assert(Object.isFrozen(part));
  }
});

Deno.test("config: only the paths among a plugin's grants are paths", () => {
  const [plugin] = resolveJob(
    parse(job(`"plugins":[{"path":"~/p.ts","options":{"a":"$DISK"},"allow":{
      "read":["./in"],"write":["$DISK/out"],"run":["rclone","./tool"],"env":["DISK"],"net":["a:1"],
      "sys":["hostname"]}}]`)),
    "a",
  ).plugins;
  assertEquals(plugin, {
    path: "/home/me/p.ts",
    options: { a: "$DISK" },
    onError: "warn",
    allow: {
      read: ["/conf/in"],
      write: ["/mnt/disk/out"],
      run: ["rclone", "/conf/tool"],
      env: ["DISK"],
      net: ["a:1"],
      sys: ["hostname"],
    },
  });
});

const FAULTS: [name: string, text: string, message: string][] = [
  [
    "unknown key, with the nearest right one",
    `{\n  "jobs": {\n    "a": {\n      "source": "s",\n      "vault": ["v"]\n    }\n  }\n}`,
    'hikae.jsonc:5:7: jobs.a: unknown key "vault", did you mean "vaults"? (and 1 more)',
  ],
  [
    "after CRLF line ends and a BOM",
    `\ufeff{\r\n"jobs": {},\r\n\t"lgo": {}}`,
    'hikae.jsonc:3:2: unknown key "lgo", did you mean "log"?',
  ],
  ["in a plugin", job(`"plugins":[{"pth":"x"}]`), 'jobs.a.plugins[0]: unknown key "pth"'],
  ["nothing near", job(`"zzzzzzzz":1`), 'jobs.a: unknown key "zzzzzzzz"'],
  [
    "wrong type",
    job(`"exclude":7`),
    ":1:53: jobs.a.exclude: expected a list of patterns, got 7",
  ],
  [
    "an empty string for a list",
    job(`"exclude":""`),
    ':1:53: jobs.a.exclude: expected a pattern such as *.tmp, got ""',
  ],
  ["missing", `{"jobs":{"a":{"source":"s"}}}`, ':1:10: jobs.a: the key "vaults" is missing'],
  ["no jobs", `{}`, ':1:1: the key "jobs" is missing (an object of jobs)'],
  ["null", job(`"checksum":null`), "jobs.a.checksum: expected true or false, got null"],
  ["a bad duration", job(`"maxRetention":"90 days"`), "expected a duration such as 30s"],
  ["a boundless duration", job(`"maxRetention":"${"9".repeat(400)}d"`), "expected a duration"],
  ["a bad size", job(`"excludeLargerThan":"big"`), "expected a number of bytes, or a size such as"],
  ["a bad share", job(`"verifyShare":"101%"`), "expected a share such as"],
  ["a negative count", job(`"maxGenerations":-1`), "a whole number, 0 or more, got -1"],
  ["a broken count", job(`"maxGenerations":1.5`), "a whole number, 0 or more, got 1.5"],
  [
    "no rule to keep by",
    job(`"keep":{"minVersions":1}`),
    "jobs.a.keep: expected at least one rule of",
  ],
  ["no vault", `{"jobs":{"a":{"source":"s","vaults":[]}}}`, "expected at least one vault"],
  [
    "a job's name",
    `{"jobs":{"a/b":{"source":"s","vaults":["v"]}}}`,
    ':1:10: jobs: "a/b" is not a job name',
  ],
  ["a key twice", `{"jobs":{},\n"jobs":{}}`, 'hikae.jsonc:2:1: the key "jobs" is given twice'],
  ["a prototype", `{"jobs":{"__proto__":{}}}`, 'the key "__proto__" is not allowed'],
  ["ffi", job(`"plugins":[{"path":"x","allow":{"ffi":[]}}]`), '"ffi" is never granted'],
  [
    "a fact that is none",
    job(`"plugins":[{"path":"x","allow":{"sys":["x"]}}]`),
    "sys[0]: expected one of",
  ],
  [
    "false as a grant",
    job(`"plugins":[{"path":"x","allow":{"net":false}}]`),
    "a list of hosts, or true for all, got false",
  ],
  ["a URL as a host", job(`"plugins":[{"path":"x","allow":{"net":["https://a/"]}}]`), "no URL"],
  [
    "a time limit of nothing",
    job(`"plugins":[{"path":"x","timeout":"0s"}]`),
    "a time limit such as",
  ],
  ["no comma", `{"jobs": {}\n "log": {}}`, "hikae.jsonc:2:2: comma expected"],
  ["no end", `{"jobs": {`, "close brace expected"],
  ["nothing at all", ` \n`, "the file is empty"],
  ["a list", `[1]`, "expected an object with jobs, got a list"],
  ["too deep", "[".repeat(100_000), "nested deeper than 64"],
  [
    "a vault twice",
    `{"jobs":{"a":{"source":"s","vaults":["v","./v"]}}}`,
    "jobs.a.vaults[1]: this vault is",
  ],
  [
    "the source as vault",
    `{"jobs":{"a":{"source":"s","vaults":["s"]}}}`,
    "the vault is the source",
  ],
  ["inside the vault", `{"jobs":{"a":{"source":"v/s","vaults":["v"]}}}`, "the source lies inside"],
  [
    "a vault of two sources",
    `{"jobs":{"a":{"source":"s","vaults":["v"]},\n"b":{"source":"t","vaults":["v"]}}}`,
    'hikae.jsonc:2:29: jobs.b.vaults[0]: the job "a" backs another source up',
  ],
];

Deno.test("config: one string is a list of one, wherever a list of strings stands", () => {
  const allow = { read: "r", write: "w", net: "h.example", env: "E", run: "x", sys: "uid" };
  const rules = { exclude: "*.tmp", excludeFrom: "f", excludeIfPresent: "n" };
  const one = { source: "s", vaults: "v", ...rules, plugins: [{ path: "hikae:webhook", allow }] };
  const lists = (value: Record<string, string>): Record<string, string[]> =>
    Object.fromEntries(Object.entries(value).map(([k, v]) => [k, [v]]));
  const many = {
    source: "s",
    vaults: ["v"],
    ...lists(rules),
    plugins: [{ path: "hikae:webhook", allow: lists(allow) }],
  };
  const text = (value: unknown): string => JSON.stringify({ jobs: { a: value } });
  assertEquals(parse(text(one)), parse(text(many)));
  assertEquals(
    parse(JSON.stringify({ defaults: rules, jobs: { a: { source: "s", vaults: "v" } } })),
    parse(JSON.stringify({ defaults: lists(rules), jobs: { a: { source: "s", vaults: ["v"] } } })),
  );
});

for (const [name, text, message] of FAULTS) {
  Deno.test(`config: an error names place and key: ${name}`, () => {
    assertStringIncludes(failure(text).message, message);
  });
}

Deno.test("config: backslashes of Windows paths are told apart from escapes", () => {
  for (const path of ["C:\\Users\\me", "C:\\temp", "C:\\backup\\new"]) {
    const error = failure(`{"jobs":{"a":{"source":"${path}","vaults":["v"]}}}`);
    assertStringIncludes(error.hint ?? "", "write Windows paths with /");
  }
});

Deno.test("config: names in any script are job names, odd ones are shown quoted", () => {
  for (const name of ["写真", "my job", "ドキュメント", "a.b", "Día-1", "constructor"]) {
    const text = `{"jobs":{${JSON.stringify(name)}:{"source":"s","vaults":["v"]}}}`;
    assertEquals(resolveJob(parse(text), name).name, name);
  }
  assertStringIncludes(
    failure(`{"jobs":{"my job":{"source":1,"vaults":["v"]}}}`).message,
    'jobs["my job"].source: expected a path, got 1',
  );
});

Deno.test("config: a job that is not there is a usage error with the nearest name", () => {
  const config = parse(`{"jobs":{"documents":{"source":"s","vaults":["v"]}}}`);
  const near = assertThrows(() => resolveJob(config, "documnts"), HikaeError);
  assertEquals([near.id, near.hint], ["usage", 'did you mean "documents"?']);
  for (const name of ["toString", "__proto__", "constructor", ""]) {
    assertEquals(assertThrows(() => resolveJob(config, name), HikaeError).exit, 2);
  }
});

Deno.test("config: the nearest word", () => {
  assertEquals(distance("exlude", "exclude"), 1);
  assertEquals(distance("lgo", "log"), 1);
  assertEquals(distance("", "abc"), 3);
  assertEquals(nearest("maxretention", ["maxGenerations", "maxRetention"]), "maxRetention");
  assertEquals(nearest("qqqq", ["source", "vaults"]), undefined);
});

Deno.test("config: true grants all of a kind", () => {
  const all = { read: true, write: true, net: true, env: true, run: true, sys: true };
  const text = job(`"plugins":[{"path":"hikae:webhook","allow":${JSON.stringify(all)}}]`);
  assertEquals<unknown>(parse(text).jobs["a"]?.plugins[0]?.allow, all);
});

Deno.test("config: the checked-in JSON Schema is the one that is made", async () => {
  assertEquals(await Deno.readTextFile("docs/hikae.schema.json"), jsonSchema());
});

Deno.test("config: docs/config.md has every key", async () => {
  const text = await Deno.readTextFile("docs/config.md");
  const keys = [
    ...jsonSchema().matchAll(/"([$\w]+)": \{\n\s+"(?:description|type|minItems|anyOf)"/g),
  ]
    .map((m) => m[1] ?? "").filter((k) => !["items", "properties"].includes(k));
  assert(keys.length > 40);
  for (const key of keys) {
    if (["additionalProperties", "propertyNames"].includes(key)) continue;
    assertStringIncludes(text, `\`${key}\``, key);
  }
});

Deno.test("config: all problems are told at once, of the shape and of what does not fit, in the file's order", () => {
  const text = `{ "jobs": {
    "a": { "source": "/s", "vault": "/v", "plugins": [{ "path": "hikae:webhok" }] },
    "b": { "source": "/s", "vaults": ["/w", "/w"] }
  } }`;
  const problems = configProblems(text, {
    file: "/etc/hikae.jsonc",
    expand: { env: () => undefined, platform: "linux" },
    shipped: ["mail", "webhook"],
  });
  const told = problems.map(({ message }) => /:(\d+):\d+: (.*)/.exec(message)?.slice(1).join(" "));
  assertEquals(told, [
    '2 jobs.a: the key "vaults" is missing (a list of paths)',
    '2 jobs.a: unknown key "vault", did you mean "vaults"?',
    "2 jobs.a.plugins[0].path: no such plugin comes with hikae (did you mean hikae:webhook? hikae plugin list --shipped shows all)",
    "3 jobs.b.vaults[1]: this vault is named twice",
  ]);
});

Deno.test("config: a whole disk or system among several sources has a vault of its own, not the one of all", () => {
  const vaultsOf = (sources: string[], vault: string, platform: Platform): string[][] => {
    const text = JSON.stringify({ jobs: { a: { sources, vaults: [vault] } } });
    return Object.values(parse(text, platform).jobs).map(({ name, vaults }) => [name, ...vaults]);
  };
  assertEquals(vaultsOf(["/", "/home"], "/mnt/v", "linux"), [
    ["a/root", "/mnt/v/root"],
    ["a/home", "/mnt/v/home"],
  ]);
  assertEquals(vaultsOf(["C:\\", "D:/", "\\\\nas\\data\\"], "E:\\v", "windows"), [
    ["a/C", "E:\\v\\C"],
    ["a/D", "E:\\v\\D"],
    ["a/data", "E:\\v\\data"],
  ]);
});

Deno.test("config: the rules of both kinds of system are those of Node's, as they were", () => {
  const ours = { linux: pathsOf("linux"), windows: pathsOf("windows") };
  const node = { linux: posix, windows: win32 };
  const names = ["/", "/a", "/a/", "C:\\", "C:\\a b\\", "\\\\nas\\data", "\\\\nas\\data\\x"];
  for (const platform of ["linux", "windows"] as const) {
    const [a, b] = [ours[platform], node[platform]];
    for (const name of names) {
      assertEquals([a.basename(name), a.dirname(name)], [b.basename(name), b.dirname(name)], name);
      assertEquals(a.isAbsolute(name), b.isAbsolute(name), name);
      for (const more of ["", "..", "x", "a/../b", "日本語", "\\x"]) {
        assertEquals(a.join(name, more), b.join(name, more), `${name} ${more}`);
      }
    }
  }
});

Deno.test("config: jobs that differ in case alone are two only where disks tell case", () => {
  const names = [["j", "J"], ["\u00e9", "e\u0301"], ["Ä", "ä"]];
  for (const [one = "", other = ""] of names) {
    const job = (of: string): unknown => ({ source: `s${of}`, vaults: [`v${of}`] });
    const text = JSON.stringify({ jobs: { [one]: job("1"), [other]: job("2") } });
    for (const platform of ["windows", "darwin", "linux"] as const) {
      const file = platform === "windows" ? "C:\\c\\hikae.jsonc" : "/c/hikae.jsonc";
      const found = configProblems(text, { file, expand: { env: () => "/h", platform } });
      assertEquals(found.length, platform === "linux" ? 0 : 1, `${platform} ${one}`);
    }
  }
});
