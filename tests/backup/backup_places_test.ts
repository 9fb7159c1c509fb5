import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { HikaeError } from "../../src/base/errors.ts";
import { placeProblem } from "../../src/cli/places/places.ts";
import { unmade } from "../../src/engine/backup/failures.ts";
import { isAmong } from "../../src/sandbox/state_wire.ts";
import { isThere, listTree, makeTree, run, tempDir } from "../helpers/cli_helper.ts";

/** What the lines are about: their type, and the code of an error. A slow start tells its progress as well. */
function told(json: readonly Record<string, unknown>[]): unknown[] {
  return json.filter((m) => m.message_type !== "note" && m.message_type !== "status")
    .map((m) => m.code ?? m.message_type);
}

function config(dir: string, jobs: Record<string, unknown>): string {
  const file = join(dir, "hikae.jsonc");
  Deno.writeTextFileSync(file, JSON.stringify({ jobs }));
  return file;
}

Deno.test("backup --all: a job whose source is missing stops no other", async () => {
  using temp = tempDir();
  makeTree(join(temp.path, "source"), { a: "1" });
  const good = { source: "./source", vaults: ["./vault"] };
  const bad = { source: "./nothing", vaults: ["./other"] };
  for (const jobs of [{ good, bad }, { bad, good }]) {
    const file = config(temp.path, jobs);
    const r = await run(["backup", "--all", "--config", file, "--json"]);
    assertEquals([r.code, told(r.json).sort()], [3, ["source_missing", "summary"]], r.stderr);
  }
  const alone = await run(["backup", "bad", "--config", join(temp.path, "hikae.jsonc")]);
  assertEquals(alone.code, 1);
  assertEquals([...Deno.readDirSync(temp.path)].some((e) => e.name === "other"), false);
});

Deno.test("a vault whose place cannot be had does not stop the others", async () => {
  using temp = tempDir();
  const { path } = temp;
  makeTree(path, { source: { a: "1" }, file: "no directory" });
  const vaults = [join(path, "file", "below", "vault"), join(path, "vault")];
  for (const order of [vaults, vaults.toReversed()]) {
    const r = await run(["backup", join(path, "source"), ...order, "--json"]);
    assertEquals([r.code, told(r.json).sort()], [3, ["failed", "summary"]], r.stderr);
    const error = r.json.find((m) => m.message_type === "error");
    assertEquals([error?.vault, error?.during], [vaults[0], "backup"]);
  }
  const alone = await run(["backup", join(path, "source"), vaults[0] ?? "", "--json"]);
  assertEquals([alone.code, told(alone.json)], [1, ["failed"]]);
});

Deno.test("no vault is made in another one, and a cleanup enters none", async () => {
  using temp = tempDir();
  const { path } = temp;
  makeTree(path, { source: { a: "1", gone: "1" }, other: { b: "1", gone: "1" } });
  const [source, other, outer] = [join(path, "source"), join(path, "other"), join(path, "outer")];
  assertEquals((await run(["backup", source, outer])).code, 0);
  for (const inner of [join(outer, "in"), join(outer, ".$META$", "x", "in")]) {
    const r = await run(["backup", other, inner, "--json"]);
    assertEquals([r.code, told(r.json), isThere(inner)], [2, ["usage"], false]);
  }
  // one that got there all the same: its marks are its own
  const inner = join(outer, "in");
  assertEquals((await run(["backup", other, join(path, "apart")])).code, 0);
  Deno.renameSync(join(path, "apart"), inner);
  Deno.removeSync(join(other, "gone"));
  assertEquals((await run(["backup", other, inner])).code, 0);
  const marks = (): string[] =>
    [...Deno.readDirSync(join(inner, ".$META$"))].map((e) => e.name)
      .filter((name) => name.startsWith(".$DEL@"));
  const [mark = ""] = marks();
  const [, y, mo, d, h, mi, s] = /@(....)(..)(..)_(..)(..)(..)/.exec(mark) ?? [];
  assertEquals(
    (await run(["cleanup", outer, "--date", `${y}-${mo}-${d} ${h}:${mi}:${s}`])).code,
    0,
  );
  assertEquals(marks(), [mark]);
  // nor does what takes the disk's word for what the outer one has
  const before = listTree(inner);
  assertEquals((await run(["reindex", outer])).code, 0);
  Deno.writeTextFileSync(join(source, "a"), "2");
  for (const rule of [[], ["gone"]]) {
    for (const name of rule) Deno.removeSync(join(source, name));
    assertEquals((await run(["backup", source, outer])).code, 0);
    assertEquals((await run(["prune", outer, "--keep-last", "1"])).code, 0);
  }
  assertEquals(listTree(inner), before);
});

/** Binds directories for the time of a test; only an administrator of Linux can. */
class Binds implements Disposable {
  readonly #made: string[] = [];

  add(from: string, to: string): boolean {
    Deno.mkdirSync(to, { recursive: true });
    const done = new Deno.Command("mount", { args: ["--bind", from, to] }).outputSync().success;
    if (done) this.#made.push(to);
    return done;
  }

  [Symbol.dispose](): void {
    for (const at of this.#made) new Deno.Command("umount", { args: [at] }).outputSync();
  }
}

Deno.test({
  name: "a vault that a mount shows within its source, or around it, does not go into itself",
  ignore: Deno.build.os !== "linux" || Deno.uid() !== 0,
  fn: async () => {
    using temp = tempDir();
    const [source, seen] = [join(temp.path, "source"), join(temp.path, "seen")];
    makeTree(temp.path, { source: { a: "1", v: {} } });
    {
      using binds = new Binds();
      if (!binds.add(join(source, "v"), seen)) return;
      for (let i = 0; i < 2; i++) {
        const r = await run(["backup", source, seen, "--json"]);
        assertEquals([r.code, told(r.json)], [3, ["ELOOP", "summary"]], r.stderr);
      }
      const r = await run(["backup", source, seen, "--exclude", "/v", "--json"]);
      assertEquals([r.code, told(r.json)], [0, ["summary"]], r.stderr);
      assertEquals((await run(["verify", seen])).code, 0);
    }
    using binds = new Binds();
    const vault = join(temp.path, "vault");
    assertEquals((await run(["backup", join(source, "v"), vault])).code, 0);
    assert(binds.add(vault, seen));
    for (const inside of [seen, join(seen, "sub")]) {
      Deno.mkdirSync(inside, { recursive: true });
      const r = await run(["backup", inside, vault, "--json"]);
      assertEquals([r.code, told(r.json)], [2, ["usage"]], r.stderr);
    }
  },
});

Deno.test({
  name:
    "the state directory is left out of a source, by the path of a mount too, and where it is the source that is said",
  ignore: Deno.build.os !== "linux" || Deno.uid() !== 0,
  fn: async () => {
    using temp = tempDir();
    makeTree(temp.path, { home: { a: "1", state: {} } });
    const env = { HIKAE_STATE_DIR: temp.at("home", "state") };
    const notes = async (source: string, vault: string): Promise<unknown[]> => {
      const r = await run(["backup", source, vault, "--json"], { env });
      assertEquals(r.code, 0, r.stderr);
      return r.json.filter((m) => m.message_type === "note").map((m) => m.message);
    };
    using binds = new Binds();
    if (!binds.add(temp.at("home"), temp.at("seen"))) return;
    for (const name of ["home", "seen"]) {
      const vault = temp.at(`vault of ${name}`);
      for (let i = 0; i < 2; i++) {
        assertStringIncludes(String(await notes(temp.at(name), vault)), "left out");
      }
      assertEquals([isThere(join(vault, "a")), isThere(join(vault, "state"))], [true, false]);
      const diff = await run(["diff", vault, "latest", "--source", "--json"], { env });
      assertEquals([diff.code, told(diff.json)], [0, ["summary"]], diff.stderr);
    }
    const [note] = await notes(temp.at("home", "state"), temp.at("of the state"));
    assertStringIncludes(String(note), "is hikae's own state directory");
  },
});

Deno.test("plugins and the log hear of a source that is missing", async () => {
  using temp = tempDir();
  const { path } = temp;
  Deno.writeTextFileSync(
    join(path, "tell.ts"),
    `export default { name: "tell",
  postBackup: (r, host) => host.log("info", "post " + r.outcome),
  onError: (f, host) => host.log("info", "error " + f.problem.code) };\n`,
  );
  const file = config(path, {
    docs: { source: "./gone", vaults: ["./vault"], plugins: [{ path: "./tell.ts" }] },
  });
  const env = { HIKAE_STATE_DIR: join(path, "state") };
  const r = await run(["backup", "docs", "--log", "--config", file, "--json"], { env });
  assertEquals(r.code, 1, r.stderr);
  const notes = r.json.filter((m) => m.message_type === "note").map((m) => String(m.message));
  assert(notes.some((n) => n.includes("post failed")), r.stdout);
  assert(notes.some((n) => n.includes("error source_missing")), r.stdout);
  const outcome = JSON.parse(
    Deno.readTextFileSync(join(path, "state", "logs", "docs", "last.json")),
  );
  assertEquals([outcome.result, outcome.exit], ["failed", 1]);
});

Deno.test("a run whose log cannot be written is one run, and says so", async () => {
  using temp = tempDir();
  const { path } = temp;
  makeTree(path, { docs: { a: "1" }, state: "no directory" });
  const file = config(path, { docs: { source: "./docs", vaults: ["./vault"] } });
  const env = { HIKAE_STATE_DIR: join(path, "state") };
  // each child would start the next if the log were what tells them apart: the system ends such a chain here
  const before = Deno.build.os === "linux" ? ["timeout", "-s", "KILL", "60"] : [];
  const r = await run(["backup", "docs", "--log", "--config", file, "--json"], { env, before });
  assertEquals(r.code, 0, r.stderr);
  assertEquals(r.json.filter((m) => m.message_type === "summary").length, 1, r.stdout);
  assert(r.stderr.includes("log"), r.stderr);
});

Deno.test("postBackup has a summary for each vault, with the failure of one that failed", async () => {
  using temp = tempDir();
  const { path } = temp;
  makeTree(path, { source: { a: "1" }, file: "no directory" });
  Deno.writeTextFileSync(
    join(path, "tell.ts"),
    `export default { name: "tell", postBackup: (r, host) =>
  host.log("info", JSON.stringify(r.summaries.map((s) => [s.vault, s.files_new, s.failure]))) };\n`,
  );
  const vaults = ["./file/below/vault", "./vault"];
  const plugins = [{ path: "./tell.ts" }];
  const file = config(path, {
    docs: { source: "./source", vaults, plugins },
    none: { source: "./gone", vaults: ["./vault2"], plugins },
  });
  const told = async (job: string): Promise<unknown[][]> => {
    const r = await run(["backup", job, "--config", file, "--json"]);
    const note = r.json.map((m) => String(m.message)).find((m) => m.startsWith("tell: "));
    return JSON.parse(note?.slice("tell: ".length) ?? "[]");
  };
  const [lost, good] = await told("docs");
  assertEquals([lost?.[0], lost?.[1], good], [
    join(path, "file", "below", "vault"),
    0,
    [join(path, "vault"), 1, null],
  ]);
  assert(String(lost?.[2]).length > 4);
  const [alone] = await told("none");
  assertEquals(alone, [join(path, "vault2"), 0, "open source: there is no such directory"]);
});

function systemError(code: string): Error {
  return Object.assign(new Error(`${code} it is`), { code });
}

Deno.test("a place that cannot be is told in words, with what to do: names, drives and shares of Windows", () => {
  const told = (at: string, windows: boolean, code: string): string =>
    Object.values(placeProblem(at, windows, systemError(code)) ?? {}).join("; ");
  const rows: readonly [string, string][] = [
    ["C:\\w\\new.", "resolve: Windows cannot hold a name that ends in a dot or a space: new."],
    ["C:\\w\\CON", "resolve: the name is reserved by Windows: CON"],
    ["C:\\w\\a:b", 'resolve: Windows cannot hold a name with ":": a:b'],
    ["Q:\\", "resolve: there is no drive Q:\\; plug it in, or name another place"],
    [
      "\\\\nas\\share\\",
      "resolve: the share \\\\nas\\share\\ does not answer; connect to it and try again",
    ],
  ];
  for (const [at, words] of rows) assertStringIncludes(told(at, true, "ENOENT"), words);
  assertEquals([told("C:\\w\\new", true, "ENOENT"), told("/w/new.", false, "ENOENT")], ["", ""]);
  assertStringIncludes(told("/root/x", false, "EACCES"), "a place that you may look into");
  assertStringIncludes(told("/x", false, "ELOOP"), "resolve: ELOOP it is; name another place");
});

Deno.test("a vault that could not be made is not called valid", () => {
  for (
    const [code, words] of [["EACCES", "may write to"], ["ENOSPC", "make room there"]] as const
  ) {
    const error = unmade("/v", systemError(code));
    assert(error instanceof HikaeError);
    assertStringIncludes(error.message, "make vault: ");
    assertStringIncludes(error.hint ?? "", words);
  }
  const own = new HikaeError("no_vault", "make vault: it is taken");
  assertEquals(unmade("/v", own), own);
});

Deno.test("a vault is known on Windows whatever case its path is typed in", () => {
  const known = { "E:\\Backup\\docs": { source: "C:\\d", seen: "" } };
  assertEquals(isAmong(known, "e:\\backup\\DOCS", true), true);
  assertEquals(isAmong(known, "e:\\backup\\DOCS", false), false);
  assertEquals(isAmong(known, "toString", false), false);
});

Deno.test({
  name: "windows: a vault whose drive is gone is a guard's stop, known or never seen",
  ignore: Deno.build.os !== "windows",
  fn: async () => {
    using temp = tempDir();
    const { path } = temp;
    makeTree(path, { source: { a: "1" } });
    const letter = [..."QRSTUVWXY"].find((l) => !isThere(`${l}:\\`)) ?? "Q";
    const vault = `${letter}:\\backup\\docs`;
    const env = { HIKAE_STATE_DIR: join(path, "state") };
    const back = (typed: string, ...more: string[]): ReturnType<typeof run> =>
      run(["backup", join(path, "source"), typed, ...more, "--json"], { env });
    const fresh = await back(vault);
    assertEquals([fresh.code, told(fresh.json)], [4, ["guard_missing_parent"]], fresh.stderr);
    const insisted = await back(vault, "--init");
    assertEquals([insisted.code, told(insisted.json)], [1, ["failed"]], insisted.stderr);
    const known = JSON.stringify({ [vault]: { source: join(path, "source"), seen: "" } });
    makeTree(path, { state: { "vaults.json": known } });
    for (const more of [[], ["--init"], ["--dry-run"]]) {
      const gone = await back(vault.toLowerCase(), ...more);
      assertEquals([gone.code, told(gone.json)], [4, ["guard_empty_vault"]], gone.stderr);
    }
    const other = await back(join(path, "vault."));
    assertEquals([other.code, told(other.json)], [1, ["failed"]], other.stderr);
    assertEquals(isThere(join(path, "vault")), false);
  },
});

Deno.test("a dry run says of a place that can be no vault what the run says", async () => {
  using temp = tempDir();
  makeTree(temp.path, { source: { a: "1" }, other: { x: "1" }, file: "no directory" });
  const source = join(temp.path, "source");
  for (const place of [["other"], ["file"], ["file", "v"], ["file", "below", "v"]]) {
    const vault = join(temp.path, ...place);
    const lines = ["--dry-run", ""].map((flag) =>
      run(["backup", source, vault, "--init", ...(flag === "" ? [] : [flag])])
    );
    const [dry, real] = await Promise.all(lines);
    assertEquals([dry?.code, dry?.stderr], [real?.code, real?.stderr]);
    assert(dry?.code !== 0, vault);
  }
});

Deno.test("backup --to is for directories: the name of a job is none, ./NAME is", async () => {
  using temp = tempDir();
  makeTree(temp.path, { source: { a: "1" }, docs: { b: "1" } });
  const file = config(temp.path, { docs: { source: "./source", vaults: ["./vault"] } });
  const to = join(temp.path, "to");
  for (const words of [["docs"], ["--all"], ["docs", "./source"]]) {
    const r = await run(["backup", ...words, "--to", to, "--config", file], { cwd: temp.path });
    assertEquals(r.code, 2, r.stderr);
    assertEquals(isThere(to), false);
  }
  const r = await run(["backup", "./docs", "source", "--to", to, "--config", file, "--init"], {
    cwd: temp.path,
  });
  assertEquals(r.code, 0, r.stderr);
  assert(isThere(join(to, "docs", "b")) && isThere(join(to, "source", "a")));
});
