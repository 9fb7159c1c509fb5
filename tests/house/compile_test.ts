/** The binaries: what they may do and what is in them, read from what `deno compile` wrote into stand-in bases. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl, toFileUrl } from "@std/path";
import settings from "../../deno.json" with { type: "json" };
import { ACCESS, type AccessName } from "../../src/base/access.ts";
import type { Command } from "../../src/cli/command.ts";
import { SHIPPED } from "../../src/cli/shipped_plugins.ts";
import { COMMANDS } from "../../src/cli/table.ts";
import { checkoutCommit } from "../../src/cli/version.ts";
import { THREAD_KINDS as GRANTABLE } from "../../src/plugins/grants.ts";
import {
  MEMORY_FLAGS,
  PLUGIN_MAY,
  programFlags,
  programKinds,
} from "../../src/sandbox/program_permissions.ts";
import { icon } from "../../tools/icon.ts";
import { type Baked, readBaked } from "../../tools/lib/baked.ts";
import { wrongIn } from "../../tools/lib/check_baked.ts";
import {
  readTree,
  type ResourceNode,
  sizeOfTree,
  writeTree,
} from "../../tools/lib/pe_resources.ts";
import { withVersion } from "../../tools/lib/pe_version.ts";
import { packagesOf } from "../../tools/lib/sbom.ts";
import { makeStage } from "../../tools/lib/stage.ts";
import { TARGETS } from "../../tools/lib/targets.ts";
import { pe, writeBases } from "../helpers/base_binaries.ts";

const ROOT = new URL("../../", import.meta.url);
const HERE = fromFileUrl(ROOT);
const WINDOWS = Deno.build.os === "windows";

async function deno(
  args: readonly string[],
  env: Record<string, string> = {},
  cwd: string = HERE,
): Promise<{ code: number; out: string }> {
  const command = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd,
    stdin: "null",
    env: { NO_COLOR: "1", ...env },
  });
  const { code, stdout, stderr } = await command.output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout) + text.decode(stderr) };
}

async function withDir(work: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "hikae-compile-test-" });
  try {
    await work(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

function accessesOf(commands: readonly Command[]): AccessName[] {
  return commands.flatMap((c) => [c.access, ...accessesOf(c.sub ?? [])]);
}

Deno.test("program permissions: what the commands declare, main's own and the plugins', never ffi or import", () => {
  const declared = [...new Set(accessesOf(COMMANDS))];
  assertEquals(programKinds(declared), programKinds());
  assertEquals(programKinds(Object.keys(ACCESS) as AccessName[]), [
    "read",
    "write",
    "net",
    "env",
    "run",
    "sys",
  ]);
  assert(!/ffi|allow-import|allow-all/.test(programFlags(false, declared).join(" ")));
  assertEquals(programFlags(true), ["--allow-all", "--no-prompt"]);
});

Deno.test("program permissions: plugins may be granted what the program holds, and no more", () => {
  assertEquals([...PLUGIN_MAY], [...GRANTABLE]);
});

Deno.test("program permissions: deno task hikae starts with the same flags", () => {
  const flags = [...programFlags(false), ...MEMORY_FLAGS].join(" ");
  // a run of more than half a second would have Deno ask its maker for a newer one
  const program = `DENO_NO_UPDATE_CHECK=1 deno run ${flags} --quiet main.ts`;
  assertEquals(settings.tasks.hikae.command, program);
});

Deno.test("--version: a checkout names its commit, a worktree of git too, an archive none", () =>
  withDir(async (dir) => {
    const [loose, packed] = ["1".repeat(40), "2".repeat(40)];
    const files: Record<string, string> = {
      "repo/.git/HEAD": "ref: refs/heads/main\n",
      "repo/.git/refs/heads/main": `${loose}\n`,
      "repo/.git/packed-refs": `# pack-refs\n${packed} refs/heads/side\n`,
      "repo/.git/worktrees/tree/HEAD": "ref: refs/heads/side\n",
      "repo/.git/worktrees/tree/commondir": "../..\n",
      "tree/.git": `gitdir: ${dir}/repo/.git/worktrees/tree\n`,
      "apart/.git/HEAD": `${packed}\n`,
      "archive/main.ts": "",
    };
    for (const [name, text] of Object.entries(files)) {
      await Deno.mkdir(`${dir}/${name}/..`.replace(/[^/]+\/\.\.$/, ""), { recursive: true });
      await Deno.writeTextFile(`${dir}/${name}`, text);
    }
    const of = (name: string): string | undefined => checkoutCommit(toFileUrl(`${dir}/${name}/`));
    assertEquals([of("repo"), of("tree"), of("apart"), of("archive")], [
      loose.slice(0, 12),
      packed.slice(0, 12),
      packed.slice(0, 12),
      undefined,
    ]);
  }));

/** Workers that the sources name, found in another way than the tool finds them. */
async function workersOf(dir: URL): Promise<string[]> {
  const found = new Set<string>();
  for await (const entry of Deno.readDir(dir)) {
    const url = new URL(entry.isDirectory ? `${entry.name}/` : entry.name, dir);
    if (entry.isDirectory) { for (const name of await workersOf(url)) found.add(name); }
    else if (entry.name.endsWith(".ts")) {
      const text = await Deno.readTextFile(url);
      for (const part of text.split("new URL(").slice(1)) {
        const named = part.split('"')[1] ?? "";
        const path = new URL(named, url).href.slice(ROOT.href.length);
        if (/^src\/.*\w\.ts$/.test(path)) found.add(path);
      }
    }
  }
  return [...found];
}

function checkFiles(files: readonly string[], workers: readonly string[]): void {
  const must = ["main.ts", "deno.json", "src/plugins/api.ts", ...workers];
  for (const file of [...must, ...SHIPPED.map((name) => `plugins/${name}.ts`)]) {
    assert(files.includes(file), `${file} is not embedded`);
  }
  for (const file of files) {
    const known = /^(main\.ts|deno\.json|src\/.*|plugins\/.*\.ts|vendor\/[a-z0-9_-]+\.js)$/.test(
      file,
    );
    assert(known, `${file} is embedded`);
    assert(!file.includes("node_modules") && !file.endsWith(".d.ts"), `${file} is embedded`);
  }
}

function checkRights(baked: Baked, windows: boolean): void {
  const { permissions, code_cache_key, unstable_config, argv, v8_flags } = baked.metadata;
  assertEquals(permissions.prompt, false);
  assertEquals(code_cache_key, null);
  assertEquals(argv, []);
  assertEquals(unstable_config.features, ["worker-options"]);
  assertEquals(v8_flags.at(-1), "--max-semi-space-size=4");
  for (const kind of ["read", "write", "net", "env", "run", "sys"]) {
    assertEquals(permissions[`allow_${kind}`], [], kind);
    assertEquals(permissions[`deny_${kind}`], null, kind);
  }
  assertEquals(permissions.allow_ffi, windows ? [] : null);
  assertEquals(permissions.deny_import, windows ? null : []);
}

Deno.test({
  name:
    "compile: five targets, each with the right permissions, every worker and plugin, and nothing else",
  ignore: WINDOWS,
  fn: () =>
    withDir(async (dir) => {
      await Deno.mkdir(`${dir}/bases`);
      await writeBases(`${dir}/bases`);
      const args = ["run", "-A", "tools/compile.ts", "--no-check", "--base", `${dir}/bases`];
      const { code, out } = await deno([...args, "--out", `${dir}/a`]);
      assertEquals(code, 0, out);
      const workers = await workersOf(new URL("src/", ROOT));
      for (const must of ["engine/backup", "lane/backup", "lane/scout", "state", "serve"]) {
        assert(workers.includes(`src/workers/${must}.ts`), workers.join());
      }
      assert(workers.includes("src/cli/vault/cmd_list.ts"), "a command is named by its address");
      for (const target of TARGETS) {
        const binary = await Deno.readFile(`${dir}/a/${target.file}`);
        const baked = readBaked(binary);
        checkRights(baked, target.windows);
        checkFiles(baked.files, workers);
        const text = new TextDecoder("latin1").decode(binary);
        assertStringIncludes(text, `"target": "${target.triple}"`.replace(": ", ":"));
        assert(!text.includes(HERE), "the binary names the directory that it was made in");
      }
      await checkBeside(`${dir}/a`);
      await checkResources(`${dir}/a/hikae-x86_64-pc-windows-msvc.exe`);
      await deno([...args, "--out", `${dir}/b`, "--target", "x86_64-unknown-linux-gnu"]);
      const name = "hikae-x86_64-unknown-linux-gnu";
      const [a, b] = [
        await Deno.readFile(`${dir}/a/${name}`),
        await Deno.readFile(`${dir}/b/${name}`),
      ];
      assert(a.every((byte, i) => byte === b[i]), "the same commit gave two binaries");
    }),
});

/** The Windows program has the icon in the sizes that Windows asks for, hikae's version, and what it runs. */
async function checkResources(path: string): Promise<void> {
  const resources = resourcesOf(await Deno.readFile(path));
  const [icons = new Uint8Array()] = [...resources].filter(([name]) => name.startsWith("14/"))
    .map(([, bytes]) => bytes);
  const sizes = Array.from({ length: icons[4] ?? 0 }, (_, i) => icons[6 + 14 * i] || 256);
  for (const size of [16, 32, 48, 256]) assert(sizes.includes(size), `no icon of ${size} pixels`);
  const version = new TextDecoder("utf-16le").decode(resources.get(VERSION_RESOURCE));
  assertStringIncludes(version, `ProductVersion\0${settings.version}\0`);
  const magic = new TextDecoder().decode(resources.get("10/D3N0L4ND/0")?.subarray(0, 8));
  assertEquals(magic, "d3n0l4nd");
}

async function checkBeside(dir: string): Promise<void> {
  const sums = await new Deno.Command("sha256sum", { args: ["-c", "SHA256SUMS"], cwd: dir })
    .output();
  assert(sums.success, new TextDecoder().decode(sums.stdout));
  const listed = (await Deno.readTextFile(`${dir}/SHA256SUMS`)).split("\n").map((l) => l.slice(66));
  for await (const { name } of Deno.readDir(dir)) {
    assert(name === "SHA256SUMS" || listed.includes(name), `${name} has no checksum`);
  }
  const bill = JSON.parse(await Deno.readTextFile(`${dir}/hikae.cdx.json`)) as {
    components: { name: string; version: string; hashes?: { content: string }[] }[];
  };
  assertEquals(bill.components.map((c) => c.name), [
    "deno",
    "@noble/ciphers",
    "@noble/curves",
    "@noble/hashes",
    "@noble/post-quantum",
    "@scure/base",
    "age-encryption",
    "aws4fetch",
    "deno-std",
    "diff",
    "jsonc-parser",
    "zod",
  ]);
  for (const c of bill.components.slice(1)) {
    assertEquals(c.hashes?.[0]?.content.length, 128, c.name);
  }
}

Deno.test("compile: what is compiled runs under deno run with the same flags", async () => {
  const stage = await makeStage(ROOT);
  try {
    await stage.tellBuild({ id: "0123456789ab", time: "2026-11-21T00:00:00Z" }, "some-target");
    await withDir(async (dir) => {
      await Deno.mkdir(`${dir}/source`);
      await Deno.writeTextFile(`${dir}/source/kept.txt`, "x");
      await Deno.writeTextFile(`${dir}/source/left.tmp`, "x");
      const run = (...args: string[]): ReturnType<typeof deno> =>
        deno(
          ["run", ...programFlags(WINDOWS), "--no-remote", "--no-npm", "main.ts", ...args],
          { HIKAE_STATE_DIR: `${dir}/state` },
          stage.dir,
        );
      const version = await run("--version");
      assertEquals(
        version.out.trim(),
        `hikae ${settings.version} (commit 0123456789ab, Deno ${Deno.version.deno}, some-target)`,
      );
      const backup = await run("backup", `${dir}/source`, `${dir}/vault`, "--exclude", "*.tmp");
      assertEquals(backup.code, 0, backup.out);
      assertEquals(await Deno.readTextFile(`${dir}/vault/kept.txt`), "x");
      const config = await run("config", "schema");
      assertEquals(config.code, 0, config.out);
    });
  } finally {
    await stage.remove();
  }
});

Deno.test("compile: a base binary that cannot be had is named, with its place, and no stack", async (t) => {
  const target = "aarch64-apple-darwin";
  await t.step("without a network", () =>
    withDir(async (dir) => {
      const proxy = "http://127.0.0.1:9";
      const { code, out } = await deno(
        ["run", "-A", "tools/compile.ts", "--no-check", "--target", target, "--out", dir],
        { HTTPS_PROXY: proxy, HTTP_PROXY: proxy },
      );
      // a machine that has the base makes the binary
      if (code === 0) return;
      assertEquals(code, 1);
      for (const part of [`denort-${target}.zip`, "https://dl.deno.land/release/", "DENORT_BIN="]) {
        assertStringIncludes(out, part);
      }
      assert(!/stack|unknown>|caused by/i.test(out), out);
    }));
});

Deno.test("compile: wrong calls say what is right", async () => {
  const call = (...args: string[]): ReturnType<typeof deno> =>
    deno(["run", "-A", "tools/compile.ts", ...args], { DENORT_BIN: "/bin/true" });
  const unknown = await call("--target", "vax");
  assertEquals(unknown.code, 1);
  assertStringIncludes(unknown.out, "x86_64-pc-windows-msvc");
  const several = await call();
  assertEquals(several.code, 1);
  assertStringIncludes(several.out, "name it with --target");
});

Deno.test("compile: each thing that could be baked in wrongly is found", () => {
  const right: Baked = {
    metadata: {
      argv: [],
      code_cache_key: null,
      permissions: { allow_ffi: null, deny_ffi: null, deny_import: [], prompt: false },
      entrypoint_key: "main.ts",
      unstable_config: { features: ["worker-options"], legacy_flag_enabled: false },
      env_vars_from_env_file: {},
      v8_flags: ["--max-semi-space-size=4"],
    },
    files: ["main.ts"],
    bytes: 1,
  };
  for (const kind of programKinds()) {
    right.metadata.permissions[`allow_${kind}`] = [];
    right.metadata.permissions[`deny_${kind}`] = null;
  }
  const expected = { windows: false, files: ["main.ts"], unstable: ["worker-options"] };
  assertEquals(wrongIn(right, expected), []);
  const wrong = (change: (baked: Baked) => void): string[] => {
    const copy = structuredClone(right);
    change(copy);
    return wrongIn(copy, expected);
  };
  const rights = (key: string, value: string[] | boolean | null): string[] =>
    wrong((b) => b.metadata.permissions[key] = value);
  assertEquals(rights("prompt", true).length, 1);
  assertEquals(rights("allow_ffi", []).length, 1);
  assertEquals(rights("allow_net", null).length, 1);
  assertEquals(rights("allow_read", ["/home"]).length, 1);
  assertEquals(rights("deny_import", null).length, 1);
  assertEquals(wrong((b) => b.metadata.code_cache_key = 7).length, 1);
  assertEquals(wrong((b) => b.metadata.unstable_config.features = []).length, 1);
  assertEquals(wrong((b) => b.metadata.env_vars_from_env_file = { A: "b" }).length, 1);
  assertEquals(wrong((b) => b.metadata.v8_flags = []).length, 1);
  assertEquals(wrong((b) => b.files = []).length, 1);
  assertEquals(wrong((b) => b.files = ["main.ts", "node_modules/x.js"]).length, 1);
  assertEquals(wrongIn(right, { ...expected, windows: true }).length, 2);
});

/** The resources of a program by `type/name/language`, found as Windows finds them. */
function resourcesOf(binary: Uint8Array): Map<string, Uint8Array> {
  const view = new DataView(binary.buffer, binary.byteOffset, binary.byteLength);
  const head = view.getUint32(0x3c, true) + 24;
  const table = head + view.getUint16(head - 4, true);
  const placeOf = (address: number): number => {
    for (let i = 0; i < view.getUint16(head - 18, true); i++) {
      const start = view.getUint32(table + 40 * i + 12, true);
      const size = view.getUint32(table + 40 * i + 16, true);
      if (address >= start && address < start + size) {
        return view.getUint32(table + 40 * i + 20, true) + address - start;
      }
    }
    throw new Error(`no section has the address ${address}`);
  };
  const found = new Map<string, Uint8Array>();
  const walk = (nodes: readonly ResourceNode[], path: string): void => {
    for (const { key, below } of nodes) {
      if (Array.isArray(below)) walk(below, `${path}${key}/`);
      else {
        const at = placeOf(below.address);
        found.set(`${path}${key}`, binary.subarray(at, at + below.size));
      }
    }
  };
  walk(readTree(view, placeOf(view.getUint32(head + 112 + 16, true))), "");
  return found;
}

const VERSION_RESOURCE = "16/1/1033";

Deno.test("compile: Windows shows hikae's version, and finds what was there before", () => {
  const before = pe();
  const info = { version: "1.2.3", product: "hikae", description: "d", copyright: "c", file: "f" };
  const after = withVersion(before, info);
  assert(after !== undefined);
  assertEquals(before, pe());
  const text = new TextDecoder("utf-16le").decode(resourcesOf(after).get(VERSION_RESOURCE));
  assertStringIncludes(text, "ProductVersion\0" + "1.2.3\0");
  assert(!text.includes("2.9.6") && !text.includes("Deno"));
  // once more, over its own
  const again = withVersion(after, { ...info, version: "1.2.4" });
  assertEquals([...resourcesOf(again ?? after).keys()], [VERSION_RESOURCE]);
  // a head that is full is left as it is
  const full = pe();
  new DataView(full.buffer).setUint32(0x98 + 60, 0x98 + 240 + 80, true);
  assertEquals(withVersion(full, info), undefined);
});

Deno.test("compile: a tree of resources comes back as it was, names before numbers", () => {
  const leaf = (address: number): ResourceNode[] => [
    { key: 0, below: { address, size: 1, codePage: 2 } },
  ];
  const tree: ResourceNode[] = [
    { key: "NAME", below: [{ key: "ODD", below: leaf(1) }, { key: 7, below: leaf(2) }] },
    { key: 3, below: [{ key: 1, below: leaf(3) }] },
  ];
  const bytes = writeTree([...tree].reverse());
  assertEquals(bytes.length, sizeOfTree(tree));
  assertEquals(readTree(new DataView(bytes.buffer), 0), tree);
});

Deno.test("compile: the icon is what tools/icon.ts draws", async () => {
  assertEquals(await Deno.readFile(new URL("assets/hikae.ico", ROOT)), icon());
});

Deno.test("compile: an import that no map explains cannot slip out of the bill of materials", () => {
  const map = { zod: "npm:zod@4.6.7", "deno-std/": "npm:/deno-std@1.4.0/" };
  assertEquals(packagesOf(["deno-std/path/mod.js", "zod"], map), ["deno-std@1.4.0", "zod@4.6.7"]);
  let message = "";
  try {
    packagesOf(["left-pad"], map);
  } catch (error) {
    message = (error as Error).message;
  }
  assertStringIncludes(message, "left-pad");
});
