/** Outputs that cannot be written: what changes a vault finishes without its voice, what only answers ends. */

import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { programFlags } from "../../src/sandbox/program_permissions.ts";
import {
  isThere,
  makeTree,
  names,
  read,
  record,
  run,
  stamps,
  type TempDir,
  tempDir,
} from "../helpers/cli_helper.ts";

const UNIX = Deno.build.os !== "windows";
const FULL = Deno.build.os === "linux" && isThere("/dev/full");
const MAIN = fromFileUrl(new URL("../../main.ts", import.meta.url));

interface Ended {
  code: number;
  stderr: string;
}

/** Runs hikae in a shell that sends its streams somewhere; the exit code is hikae's own. */
async function inShell(
  dir: TempDir,
  args: readonly string[],
  { to, state = dir.at("state") }: { to: string; state?: string },
): Promise<Ended> {
  const words = [Deno.execPath(), "run", ...programFlags(false), "--quiet", MAIN, ...args];
  const line = `{ "$@"; echo $? > "$CODE"; } ${to}`;
  const { stderr } = await new Deno.Command("sh", {
    args: ["-c", line, "sh", ...words],
    cwd: dir.path,
    env: { HIKAE_STATE_DIR: state, NO_COLOR: "1", CODE: dir.at("code"), INIT_CWD: "" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  return {
    code: Number(Deno.readTextFileSync(dir.at("code"))),
    stderr: new TextDecoder().decode(stderr),
  };
}

/** No reader on either stream; `sleep` keeps the pipe open for no longer than it takes to start. */
const NO_READER = "2>&1 | true";
const FULL_DISK = ">/dev/full 2>&1";

function sourceOf(dir: TempDir, files = 30): void {
  const tree = Object.fromEntries(Array.from({ length: files }, (_, i) => [`f${i}`, `text ${i}`]));
  makeTree(dir.at("src"), tree);
}

async function runs(dir: TempDir, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    Deno.writeTextFileSync(dir.at("src", "f0"), `version ${n}`);
    const options = { cwd: dir.path, env: { HIKAE_STATE_DIR: dir.at("state") } };
    assertEquals((await run(["backup", "src", "vault"], options)).code, 0);
  }
}

for (const to of [NO_READER, FULL_DISK]) {
  const ignore = to === FULL_DISK ? !FULL : !UNIX;
  Deno.test(
    { name: `a backup whose output cannot be written is whole (${to})`, ignore },
    async () => {
      using dir = tempDir();
      sourceOf(dir);
      const first = await inShell(dir, ["backup", "src", "vault", "--json", "--verbose"], { to });
      assertEquals(first, { code: 0, stderr: "" });
      assertEquals(record(dir.at("vault")).at(-1)?.kind, "summary");
      assertEquals(names(dir.at("vault")).filter((n) => n.startsWith("f")).length, 30);
    },
  );

  Deno.test({ name: `a prune whose output cannot be written prunes (${to})`, ignore }, async () => {
    using dir = tempDir();
    sourceOf(dir);
    await runs(dir, 3);
    assertEquals(await inShell(dir, ["prune", "vault", "--keep-last", "1", "-v"], { to }), {
      code: 0,
      stderr: "",
    });
    const listed = await run(["list", "vault", "--json"], { cwd: dir.path });
    assertEquals(listed.json.filter((m) => m.message_type === "snapshot").length, 1);
  });

  Deno.test(
    { name: `a restore whose output cannot be written restores (${to})`, ignore },
    async () => {
      using dir = tempDir();
      sourceOf(dir);
      await runs(dir, 1);
      const args = ["restore", "vault", "--to", "out", "--json", "--verify"];
      assertEquals(await inShell(dir, args, { to }), { code: 0, stderr: "" });
      assertEquals(names(dir.at("out")).length, 30);
    },
  );

  Deno.test(
    { name: `a run that fails says so by its exit code alone (${to})`, ignore },
    async () => {
      using dir = tempDir();
      assertEquals(await inShell(dir, ["backup", "nothing", "vault"], { to }), {
        code: 1,
        stderr: "",
      });
      assertEquals(await inShell(dir, ["list", "nothing"], { to }), { code: 10, stderr: "" });
      assertEquals(await inShell(dir, ["lisst"], { to }), { code: 2, stderr: "" });
    },
  );

  Deno.test(
    { name: `a job keeps its rules with an output that fails (${to})`, ignore },
    async () => {
      using dir = tempDir();
      sourceOf(dir);
      const job = { source: "src", vaults: ["vault"], keep: { last: 2 } };
      Deno.writeTextFileSync(dir.at("hikae.jsonc"), JSON.stringify({ jobs: { docs: job } }));
      for (let n = 0; n < 4; n++) {
        Deno.writeTextFileSync(dir.at("src", "f0"), `version ${n}`);
        assertEquals(await inShell(dir, ["backup", "docs"], { to }), { code: 0, stderr: "" });
      }
      const listed = await run(["list", "vault", "--json"], { cwd: dir.path });
      assertEquals(listed.json.filter((m) => m.message_type === "snapshot").length, 2);
    },
  );
}

Deno.test({
  name: "what only answers ends without a word when its reader is gone",
  ignore: !UNIX,
  fn: async () => {
    using dir = tempDir();
    sourceOf(dir, 2000);
    await runs(dir, 1);
    for (const args of [["ls", "vault"], ["ls", "vault", "--json"], ["find", "vault", "f*"]]) {
      const ended = await inShell(dir, args, { to: "| true" });
      assertEquals(ended, { code: 141, stderr: "" }, args.join(" "));
    }
  },
});

Deno.test({
  name: "what only answers says in one line that the disk is full, exit 1",
  ignore: !FULL,
  fn: async () => {
    using dir = tempDir();
    sourceOf(dir);
    await runs(dir, 1);
    Deno.writeTextFileSync(dir.at("hikae.jsonc"), JSON.stringify({ jobs: {} }));
    const key = await inShell(dir, ["bundle", "keygen"], { to: ">/dev/full" });
    assertEquals([key.code, key.stderr.includes("no space left")], [1, true]);
    const lines = [
      ["list", "vault"],
      ["cat", "vault", "f1"],
      ["ls", "vault", "--json"],
      ["backup", "src", "vault2", "--dry-run"],
      ["--version"],
      ["backup", "--help"],
      ["completions", "bash"],
      ["config", "schema"],
      ["man"],
    ];
    for (const args of lines) {
      const ended = await inShell(dir, args, { to: ">/dev/full" });
      assertEquals(ended.code, 1, args.join(" "));
      assertEquals(ended.stderr.trimEnd().split("\n").length, 1, ended.stderr);
      assert(ended.stderr.includes("no space left"), ended.stderr);
    }
    assertEquals(stamps(dir.at("vault")).length, 1);
  },
});

Deno.test({
  name: "what an answering command writes besides is finished: a repair, a page, a file of figures",
  ignore: !FULL,
  fn: async () => {
    using dir = tempDir();
    sourceOf(dir);
    await runs(dir, 1);
    const lines: [args: string[], done: () => boolean][] = [
      [["verify", "vault", "--repair"], () => read(dir.at("vault"), "f1") === "text 1"],
      [["report", "vault", "--html", "page.html"], () => isThere(dir.at("page.html"))],
      [["status", "vault", "--prometheus", "all.prom"], () => isThere(dir.at("all.prom"))],
    ];
    Deno.writeTextFileSync(dir.at("vault", "f1"), "rot");
    for (const [args, done] of lines) {
      for (const to of [FULL_DISK, NO_READER]) {
        const ended = await inShell(dir, args, { to });
        assertEquals([ended.code, done()], [0, true], `${args.join(" ")} ${to}`);
      }
    }
  },
});

Deno.test({
  name: "what cannot be said on standard error changes no answer",
  ignore: !FULL,
  fn: async () => {
    using dir = tempDir();
    sourceOf(dir);
    await runs(dir, 1);
    assertEquals((await inShell(dir, ["list", "vault", "-v"], { to: "2>/dev/full" })).code, 0);
    assertEquals((await inShell(dir, ["verify", "vault"], { to: "2>/dev/full" })).code, 0);
  },
});

Deno.test({
  name: "a log on a full disk takes nothing from a job's run",
  ignore: !FULL || Deno.uid() !== 0,
  fn: async () => {
    using dir = tempDir();
    sourceOf(dir);
    const job = { source: "src", vaults: ["vault"] };
    Deno.writeTextFileSync(dir.at("hikae.jsonc"), JSON.stringify({ jobs: { docs: job } }));
    Deno.mkdirSync(dir.at("small"));
    const mount = (args: string[]): boolean =>
      new Deno.Command(args[0] ?? "", { args: args.slice(1) }).outputSync().success;
    if (!mount(["mount", "-t", "tmpfs", "-o", "size=64k", "none", dir.at("small")])) return;
    try {
      try {
        Deno.writeFileSync(dir.at("small", "fill"), new Uint8Array(1 << 20));
      } catch {
        // full now, as it is to be
      }
      const state = dir.at("small", "state");
      const args = ["backup", "docs", "--log", "--json"];
      const ended = await inShell(dir, args, { to: ">/dev/full", state });
      assertEquals(ended.code, 0, ended.stderr);
      assert(!/ at .*:\d+:\d+/.test(ended.stderr), ended.stderr);
      assertEquals(record(dir.at("vault")).at(-1)?.kind, "summary");
    } finally {
      mount(["umount", dir.at("small")]);
    }
  },
});
