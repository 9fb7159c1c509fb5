/** The exact permission set of each command, as `--explain-permissions` prints it. */

import { assert, assertEquals } from "@std/assert";
import { ACCESS, type AccessName } from "../../src/base/access.ts";
import type { Command } from "../../src/cli/command.ts";
import { COMMANDS } from "../../src/cli/table.ts";
import { needsAllPermissions, permissionSet } from "../../src/sandbox/permissions.ts";
import { indexPlace } from "../helpers/index_helper.ts";
import { listTree, makeTree, run, tempDir } from "../helpers/cli_helper.ts";

/** The places that the rows below name. */
type Word = "source" | "vault" | "vault2" | "target" | "snapshots" | "index" | "index2";

/** A command line and what its engine may do; `keep` is what main goes on holding. */
interface Row {
  args: string[];
  read: Word[];
  write: Word[];
  keep?: string[];
}

const LOOK = { read: ["vault", "index"], write: ["index"] } satisfies Omit<Row, "args">;
const BACKUP = {
  read: ["source", "vault", "index"],
  write: ["vault", "index"],
} satisfies Omit<Row, "args">;
const MAINTAIN = {
  read: ["vault", "index"],
  write: ["vault", "index"],
} satisfies Omit<Row, "args">;

const ROWS: readonly Row[] = [
  { args: ["backup", "source", "vault"], ...BACKUP },
  { args: ["backup", "source", "vault", "--checksum", "--dry-run"], ...BACKUP },
  {
    args: ["backup", "source", "vault", "vault2"],
    read: ["source", "vault", "vault2", "index", "index2"],
    write: ["vault", "vault2", "index", "index2"],
  },
  { args: ["adopt", "vault", "--source", "source"], ...BACKUP },
  {
    args: ["adopt", "vault", "--source", "source", "--dry-run"],
    read: ["source", "vault", "index"],
    write: ["index"],
  },
  { args: ["import", "source", "--to", "vault"], ...BACKUP },
  {
    args: ["import", "source", "--to", "vault", "--dry-run"],
    read: ["source", "vault", "index"],
    write: ["index"],
  },
  { args: ["job", "source", "vault", "--interval", "10s"], ...BACKUP },
  { args: ["list", "vault"], ...LOOK },
  { args: ["ls", "vault"], ...LOOK },
  { args: ["cat", "vault", "a"], ...LOOK },
  { args: ["diff", "vault", "latest"], ...LOOK },
  {
    args: ["diff", "vault", "latest", "--source"],
    read: ["source", "vault", "index"],
    write: ["index"],
  },
  { args: ["history", "vault", "a"], ...LOOK },
  { args: ["find", "vault", "*"], ...LOOK },
  { args: ["status", "vault"], ...LOOK },
  { args: ["report", "vault"], ...LOOK },
  { args: ["report", "vault", "--html", "page.html"], ...LOOK, keep: ["read", "write"] },
  {
    args: ["restore", "vault", "--to", "target"],
    read: ["vault", "target", "index"],
    write: ["target", "index"],
    keep: ["read", "write"],
  },
  {
    args: ["restore", "vault", "--in-place"],
    read: ["vault", "source", "index"],
    write: ["source", "index"],
    keep: ["read", "write"],
  },
  { args: ["cleanup", "vault", "--max-retention", "90d"], ...MAINTAIN },
  { args: ["prune", "vault", "--keep-last", "1"], ...MAINTAIN },
  { args: ["dedupe", "vault"], ...MAINTAIN },
  { args: ["delete", "vault", "latest"], ...MAINTAIN },
  { args: ["reindex", "vault"], ...LOOK },
  { args: ["verify", "vault"], ...LOOK },
  { args: ["verify", "vault", "--repair"], ...BACKUP },
];

/** A row of the table of sets: commands, what the engine reads and writes, what main keeps. */
const TABLE_ROW = /^\| (`[^|]+) *\|([^|]+)\|([^|]+)\| (?:nothing|run|read)[^|]*\|$/gm;

/** Commands that have no engine of their own for a vault; their sets are held beside their own suites. */
const ELSEWHERE = ["snapshot", "serve"];

function commandOf(name: string): Command | undefined {
  return COMMANDS.find((c) => c.name === name);
}

/** A place with a vault of one run; the set of a command line in it. */
async function explained(row: Row): Promise<void> {
  using dir = tempDir();
  makeTree(dir.path, { source: { a: "1" }, target: {} });
  const options = { cwd: dir.path };
  assertEquals((await run(["backup", "source", "vault"], options)).code, 0);
  if (row.read.includes("index2")) {
    assertEquals((await run(["backup", "source", "vault2"], options)).code, 0);
  }
  const before = listTree(dir.path);
  const r = await run([...row.args, "--explain-permissions", "--json"], options);
  assertEquals(r.code, 0, r.stdout + r.stderr);
  const sets = r.json.filter((m) => m.message_type === "permissions");
  const [main, engine] = ["main", "engine"].map((t) => sets.find((m) => m.thread === t));
  const placeOf = (word: Word): string =>
    word.startsWith("index")
      ? indexPlace(dir.at(word.replace("index", "vault")))?.dir ?? ""
      : dir.at(word);
  const paths = (words: Word[]): string[] => words.map(placeOf).sort();
  const kinds = ["net", "env", "run", "sys", "ffi"];
  assertEquals([...engine?.read as string[]].sort(), paths(row.read));
  assertEquals([...engine?.write as string[]].sort(), paths(row.write));
  for (const kind of kinds) assertEquals(engine?.[kind], [], kind);
  for (const kind of ["read", "write", ...kinds]) {
    assertEquals(main?.[kind], row.keep?.includes(kind) ? true : [], `main ${kind}`);
  }
  assertEquals(listTree(dir.path), before, "nothing is done");
}

for (const row of ROWS) {
  const there = commandOf(row.args[0] ?? "") !== undefined;
  Deno.test({
    name: `permissions of: hikae ${row.args.join(" ")}`,
    ignore: !there,
    fn: () => explained(row),
  });
}

Deno.test("permissions: every command that declares an access has a row here", () => {
  const rows = new Set(ROWS.map((r) => r.args[0]));
  const lacking = COMMANDS.filter((c) =>
    c.access !== undefined && c.access !== "none" && !rows.has(c.name) &&
    !ELSEWHERE.includes(c.name)
  );
  assertEquals(lacking.map((c) => c.name), []);
});

/** What docs/security.md calls the kinds of places. */
const IN_WORDS: Readonly<Record<string, string>> = {
  source: "source",
  vault: "vault",
  target: "target",
  snapshots: "snapshots",
  bundles: "bundles",
  state: "what was sent",
};

/** Every command that works with an engine, by its full name, and its access. */
function accesses(commands: readonly Command[], above = ""): [string, AccessName][] {
  return commands.flatMap((c) => {
    const name = above === "" ? c.name : `${above} ${c.name}`;
    if (c.sub !== undefined) return accesses(c.sub, name);
    return c.access === undefined || c.access === "none" ? [] : [[name, c.access]];
  });
}

Deno.test("permissions: the table of docs/security.md is that of the commands", () => {
  const page = Deno.readTextFileSync(new URL("../../docs/security.md", import.meta.url));
  const told = new Map<string, [string, string]>();
  for (const [, first = "", read = "", write = ""] of page.matchAll(TABLE_ROW)) {
    const [, group = ""] = /^`(\w+) \w+`/.exec(first) ?? [];
    const [names = ""] = first.split(";");
    for (const [, name = ""] of names.matchAll(/`([^`]+)`/g)) {
      const full = group === "" || name.includes(" ") ? name : `${group} ${name}`;
      told.set(full, [
        read.trim().replace("vaults", "vault"),
        write.trim().replace("vaults", "vault"),
      ]);
    }
  }
  const words = (kinds: readonly string[]): string =>
    kinds.filter((kind) => kind !== "index").map((kind) => IN_WORDS[kind] ?? kind).join(", ") ||
    "nothing";
  const asked = accesses(COMMANDS);
  asked.push(["verify --repair", "repair"], ["diff --source", "lookSource"]);
  for (const [name, access] of asked) {
    const { read, write } = ACCESS[access];
    assertEquals(told.get(name), [words(read), words(write)], name);
    told.delete(name);
  }
  assertEquals([...told.keys()], []);
});

Deno.test("permissions: no access has write on the source but that of restore's target", () => {
  for (const [name, { write }] of Object.entries(ACCESS)) {
    assert(!(write as readonly string[]).includes("source"), name);
  }
  const exact: Partial<Record<AccessName, unknown>> = {
    none: { read: [], write: [] },
    backup: { read: ["/s", "/v", "/i"], write: ["/v", "/i"] },
    scout: { read: ["/s"], write: [] },
    repair: { read: ["/s", "/v", "/i"], write: ["/v", "/i"] },
    restore: { read: ["/v", "/t", "/i"], write: ["/t", "/i"] },
    maintain: { read: ["/v", "/i"], write: ["/v", "/i"] },
    look: { read: ["/v", "/i"], write: ["/i"] },
    lookSource: { read: ["/s", "/v", "/i"], write: ["/i"] },
  };
  const roots = { source: ["/s"], vault: ["/v"], target: ["/t"], index: ["/i"] };
  for (const [name, set] of Object.entries(exact)) {
    assertEquals(permissionSet(name as AccessName, roots), set as never, name);
  }
  assertEquals(permissionSet("backup", { vault: ["/v", "/v"] }), { read: ["/v"], write: ["/v"] });
});

Deno.test("permissions: only network paths of Windows need all of them", () => {
  const network = [
    "\\\\nas\\share\\x",
    "//nas/share",
    "\\\\?\\UNC\\nas\\share",
    "\\\\?\\GLOBALROOT\\D",
  ];
  for (const path of network) {
    assertEquals(
      [needsAllPermissions(path, true), needsAllPermissions(path, false)],
      [true, false],
      path,
    );
  }
  for (const path of ["C:\\x", "\\\\?\\C:\\x", "/mnt/nas"]) {
    assertEquals(needsAllPermissions(path, true), false, path);
  }
});

Deno.test("--explain-permissions does nothing in a command without an engine either", async () => {
  using temp = tempDir();
  const cwd = temp.path;
  for (const line of [["config", "init"], ["plugin", "new", "mine.ts"], ["schedule", "list"]]) {
    const done = await run([...line, "--explain-permissions", "--json"], { cwd });
    assertEquals(done.code, 0, done.stderr);
    assertEquals(done.json.map((m) => [m.message_type, m.thread, m.read]), [
      ["permissions", "main", true],
    ]);
    assertEquals([...Deno.readDirSync(cwd)], []);
  }
});
