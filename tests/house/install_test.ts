/** The release: install.sh against a server of this test, and the manifests that the release task fills. */

import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { fromFileUrl } from "@std/path";
import settings from "../../deno.json" with { type: "json" };
import { checkoutCommit } from "../../src/cli/version.ts";
import { programFlags } from "../../src/sandbox/program_permissions.ts";
import { checkedLicense, checkedUrl, fill, LICENSE } from "../../tools/lib/fill.ts";
import { sumsOf } from "../../tools/lib/sums.ts";
import { TARGETS } from "../../tools/lib/targets.ts";

const ROOT = new URL("../../", import.meta.url);
const POSIX = Deno.build.os !== "windows";
const PROGRAM = "#!/bin/sh\necho 'hikae 9.9.9 (a stand-in)'\n";

interface Place {
  dir: string;
  url: string;
  /** Runs the filled script; `system` and `machine` are what uname says. */
  install(args: readonly string[], as?: Partial<Machine>): Promise<{ code: number; out: string }>;
}

interface Machine {
  system: string;
  machine: string;
  /** What `ldd --version` says. */
  libc: string;
  shell: string;
  /** Programs that are not there. */
  without: readonly string[];
}

/** A release of stand-ins on a server, and a PATH with a `uname` that says what the test wants. */
async function withRelease(work: (place: Place) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "hikae-install-" });
  const release = `${dir}/release`;
  await Deno.mkdir(release);
  for (const { file } of TARGETS) await Deno.writeTextFile(`${release}/${file}`, PROGRAM);
  const names = TARGETS.map((t) => t.file);
  await Deno.writeTextFile(`${release}/SHA256SUMS`, await sumsOf(release, names));
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (r) => {
    const path = new URL(r.url).pathname;
    const bytes = await Deno.readFile(`${release}${path}`).catch(() => undefined);
    return new Response(bytes ?? "not here", { status: bytes === undefined ? 404 : 200 });
  });
  const url = `http://127.0.0.1:${server.addr.port}`;
  try {
    const template = await Deno.readTextFile(new URL("packaging/install.sh", ROOT));
    const facts = {
      version: "9.9.9",
      baseUrl: url,
      homepage: url,
      license: "MIT",
      sums: new Map(),
    };
    await Deno.writeTextFile(`${dir}/install.sh`, fill(template, facts));
    await work({ dir, url, install: (args, as) => install(dir, args, as ?? {}) });
  } finally {
    await server.shutdown();
    await Deno.remove(dir, { recursive: true });
  }
}

const NEEDED = ["sh", "awk", "cat", "chmod", "cp", "curl", "cut", "grep", "mkdir", "mktemp", "mv"]
  .concat(["rm", "sha256sum", "wget", "shasum", "openssl", "perl"]);

async function install(
  dir: string,
  args: readonly string[],
  as: Partial<Machine>,
): Promise<{ code: number; out: string }> {
  const bin = await Deno.makeTempDir({ dir });
  const script = (name: string, text: string): Promise<void> =>
    Deno.writeTextFile(`${bin}/${name}`, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  const { system = "Linux", machine = "x86_64", libc = "glibc", shell = "sh" } = as;
  await script("uname", `[ "$1" = -s ] && echo '${system}' || echo '${machine}'`);
  await script("ldd", `echo '${libc}'`);
  for (const name of [...NEEDED, shell]) {
    const path = await where(name);
    if (path === undefined || as.without?.includes(name)) continue;
    await Deno.symlink(path, `${bin}/${name}`).catch(() => {});
  }
  const { code, stdout, stderr } = await new Deno.Command(`${bin}/${shell}`, {
    args: [`${dir}/install.sh`, ...args],
    clearEnv: true,
    env: { PATH: bin, HOME: `${dir}/home`, TMPDIR: dir },
    stdin: "null",
  }).output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout) + text.decode(stderr) };
}

async function where(name: string): Promise<string | undefined> {
  for (const dir of ["/usr/bin", "/bin", "/usr/local/bin", "/opt/homebrew/bin"]) {
    if (await Deno.stat(`${dir}/${name}`).then(() => true, () => false)) return `${dir}/${name}`;
  }
  return undefined;
}

function posix(name: string, work: (place: Place) => Promise<void>): void {
  Deno.test({ name: `install.sh: ${name}`, ignore: !POSIX, fn: () => withRelease(work) });
}

async function isEmpty(dir: string): Promise<boolean> {
  try {
    for await (const _ of Deno.readDir(dir)) return false;
    return true;
  } catch {
    return true;
  }
}

posix("installs into ~/.local/bin, says what and how to reach it", async ({ dir, install }) => {
  const { code, out } = await install([]);
  assertEquals(code, 0, out);
  const program = `${dir}/home/.local/bin/hikae`;
  assertEquals(await Deno.readTextFile(program), PROGRAM);
  assertEquals((await Deno.stat(program)).mode! & 0o777, 0o755);
  assertStringIncludes(out, `installed hikae 9.9.9 (a stand-in) as ${program}`);
  assertStringIncludes(out, `export PATH="${dir}/home/.local/bin:$PATH"`);
  const left = [...Deno.readDirSync(`${dir}/home/.local/bin`)].map((e) => e.name);
  assertEquals(left, ["hikae"]);
  assert([...Deno.readDirSync(dir)].every((e) => !e.name.startsWith("tmp.")), "work is left");
});

posix("takes the binary of this machine", async ({ dir, install }) => {
  const machines: readonly [Partial<Machine>, string][] = [
    [{ machine: "x86_64" }, "x86_64-unknown-linux-gnu"],
    [{ machine: "aarch64" }, "aarch64-unknown-linux-gnu"],
    [{ machine: "amd64" }, "x86_64-unknown-linux-gnu"],
    [{ system: "Darwin", machine: "x86_64" }, "x86_64-apple-darwin"],
    [{ system: "Darwin", machine: "arm64" }, "aarch64-apple-darwin"],
  ];
  for (const [machine, triple] of machines) {
    const { code, out } = await install(["--dir", `${dir}/${triple}`], machine);
    assertEquals(code, 0, out);
    assertStringIncludes(out, `hikae-${triple}\n`);
  }
});

posix("refuses what there is no binary for, in words", async ({ dir, install }) => {
  const machines: readonly [Partial<Machine>, string][] = [
    [{ machine: "riscv64" }, "no binary for riscv64"],
    [{ system: "FreeBSD" }, "no binary for FreeBSD"],
    [{ libc: "musl libc (x86_64)" }, "musl"],
  ];
  for (const [machine, words] of machines) {
    const { code, out } = await install([], machine);
    assertEquals(code, 1, out);
    assertStringIncludes(out, words);
  }
  assert(await isEmpty(`${dir}/home/.local/bin`));
});

posix("leaves the old program alone when the download is not what it should be", async (place) => {
  const { dir, install } = place;
  await Deno.mkdir(`${dir}/bin`);
  await Deno.writeTextFile(`${dir}/bin/hikae`, "old");
  await Deno.writeTextFile(`${dir}/release/hikae-x86_64-unknown-linux-gnu`, `${PROGRAM}rm -rf ~\n`);
  const { code, out } = await install(["--dir", `${dir}/bin`]);
  assertEquals(code, 1, out);
  assertStringIncludes(out, "not what SHA256SUMS says");
  assertEquals(await Deno.readTextFile(`${dir}/bin/hikae`), "old");
  assertEquals([...Deno.readDirSync(`${dir}/bin`)].length, 1);
});

posix("leaves the old program alone when the new one does not start", async ({ dir, install }) => {
  await Deno.mkdir(`${dir}/bin`);
  await Deno.writeTextFile(`${dir}/bin/hikae`, "old");
  const release = `${dir}/release`;
  const name = "hikae-x86_64-unknown-linux-gnu";
  await Deno.writeTextFile(`${release}/${name}`, "#!/bin/sh\nexit 1\n");
  await Deno.writeTextFile(`${release}/SHA256SUMS`, await sumsOf(release, [name]));
  const { code, out } = await install(["--dir", `${dir}/bin`]);
  assertEquals(code, 1, out);
  assertStringIncludes(out, "does not start here");
  assertEquals(await Deno.readTextFile(`${dir}/bin/hikae`), "old");
  assertEquals([...Deno.readDirSync(`${dir}/bin`)].length, 1);
});

posix("says what is missing from a release", async ({ dir, url, install }) => {
  await Deno.remove(`${dir}/release/hikae-x86_64-unknown-linux-gnu`);
  const gone = await install([]);
  assertEquals(gone.code, 1, gone.out);
  assertStringIncludes(gone.out, `cannot download ${url}/hikae-x86_64-unknown-linux-gnu`);
  await Deno.writeTextFile(`${dir}/release/SHA256SUMS`, "");
  const bare = await install([]);
  assertEquals(bare.code, 1, bare.out);
  assertStringIncludes(bare.out, "has no checksum of hikae-x86_64-unknown-linux-gnu");
  const nowhere = await install(["--base-url", `${url}/elsewhere`]);
  assertEquals(nowhere.code, 1, nowhere.out);
  assertStringIncludes(nowhere.out, `cannot download ${url}/elsewhere/SHA256SUMS`);
});

posix("replaces a program, in a directory with spaces, by other means too", async (place) => {
  const { dir, install } = place;
  for (const [i, as] of [{ without: ["curl"] }, { without: ["sha256sum"] }].entries()) {
    const to = `${dir}/a b/${i}`;
    await Deno.mkdir(to, { recursive: true });
    await Deno.writeTextFile(`${to}/hikae`, "old");
    const { code, out } = await install(["--dir", to], as);
    assertEquals(code, 0, out);
    assertEquals(await Deno.readTextFile(`${to}/hikae`), PROGRAM);
  }
  const none = await install([], { without: ["curl", "wget"] });
  assertEquals(none.code, 1);
  assertStringIncludes(none.out, "neither curl nor wget");
});

posix("runs in dash and bash, and half of it does nothing", async ({ dir, install }) => {
  for (const shell of ["dash", "bash"]) {
    if (await where(shell) === undefined) continue;
    const { code, out } = await install(["--dir", `${dir}/${shell}`], { shell });
    assertEquals(code, 0, out);
  }
  const whole = await Deno.readTextFile(`${dir}/install.sh`);
  for (const part of [0.3, 0.6, 0.9]) {
    await Deno.writeTextFile(`${dir}/install.sh`, whole.slice(0, whole.length * part));
    await install([]);
  }
  assert(await isEmpty(`${dir}/home/.local/bin`));
});

posix("says what is wrong with a call", async ({ install }) => {
  for (
    const [args, words] of [[["--dri", "x"], "there is no --dri"], [["--dir"], "wants"]] as const
  ) {
    const { code, out } = await install(args);
    assertEquals(code, 1);
    assertStringIncludes(out, words);
  }
});

Deno.test({
  name: "try_binary.sh: what the release tries on each binary holds for the checkout",
  // an unpacked archive has no commit to name
  ignore: !POSIX || checkoutCommit(ROOT) === undefined,
  fn: async () => {
    const dir = await Deno.makeTempDir({ prefix: "hikae-try-" });
    try {
      const words = [Deno.execPath(), "run", ...programFlags(false), "--quiet"];
      const main = fromFileUrl(new URL("main.ts", ROOT));
      const program = `#!/bin/sh\nexec ${words.join(" ")} '${main}' "$@"\n`;
      await Deno.writeTextFile(`${dir}/hikae`, program, { mode: 0o755 });
      const { code, stdout, stderr } = await new Deno.Command("sh", {
        args: [fromFileUrl(new URL("packaging/try_binary.sh", ROOT)), `${dir}/hikae`],
        // the working directory of the caller is for `deno task`, not for a program
        env: { INIT_CWD: "", TMPDIR: dir },
      }).output();
      const text = new TextDecoder();
      assertEquals(code, 0, text.decode(stderr) + text.decode(stdout));
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  },
});

Deno.test("manifests: every template is filled, with the sums of the files", async () => {
  const sums = new Map(TARGETS.map((t, i) => [t.file, String(i).repeat(64)]));
  const baseUrl = "https://example.com/v1";
  const facts = {
    version: "1.2.3",
    baseUrl,
    homepage: "https://example.com",
    license: LICENSE,
    sums,
  };
  const filled = new Map<string, string>();
  for await (const path of templates(new URL("packaging/", ROOT), "")) {
    const text = fill(await Deno.readTextFile(new URL(`packaging/${path}`, ROOT)), facts);
    assert(!/@[A-Z][A-Z0-9_:]+/.test(text), path);
    filled.set(path, text);
  }
  const scoop = JSON.parse(filled.get("scoop/hikae.json") ?? "") as {
    architecture: Record<string, { url: string; hash: string }>;
  };
  assertEquals(scoop.architecture["64bit"], {
    url: `${baseUrl}/hikae-x86_64-pc-windows-msvc.exe#/hikae.exe`,
    hash: "0".repeat(64),
  });
  const brew = filled.get("homebrew/hikae.rb") ?? "";
  const pairs = [...brew.matchAll(/url "([^"]+)"\s+sha256 "([^"]+)"/g)].map((m) => [m[1], m[2]]);
  const unix = TARGETS.filter((t) => !t.windows);
  assertEquals(
    pairs.sort(),
    unix.map((t) => [`${baseUrl}/${t.file}`, sums.get(t.file)]).sort(),
  );
  assertStringIncludes(brew, 'license "MIT"');
  const winget = filled.get("winget/hikae.hikae.installer.yaml") ?? "";
  assertStringIncludes(winget, `InstallerSha256: "${"0".repeat(64)}"`);
  assertStringIncludes(filled.get("install.ps1") ?? "", `$BaseUrl = '${baseUrl}'`);
});

async function* templates(dir: URL, below: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(dir)) {
    if (entry.isDirectory) {
      yield* templates(new URL(`${entry.name}/`, dir), `${below}${entry.name}/`);
    } else yield `${below}${entry.name}`;
  }
}

Deno.test("manifests: the license is the one that the tree has", async () => {
  const text = await Deno.readTextFile(new URL("LICENSE", ROOT));
  assert(text.startsWith(`${LICENSE} License\n`), text.split("\n")[0]);
});

Deno.test("manifests: what would break out of a script is refused", () => {
  assertEquals(checkedUrl("https://example.com/a/", "--base-url"), "https://example.com/a");
  for (
    const bad of ["ftp://x", "https://x/'; rm", 'https://x/"', "https://x/$(id)", "x", "https://"]
  ) {
    assertThrows(() => checkedUrl(bad, "--base-url"), Error, "--base-url");
  }
  assertEquals(checkedLicense("MIT OR Apache-2.0"), "MIT OR Apache-2.0");
  assertThrows(() => checkedLicense('MIT"'), Error, "SPDX");
  const facts = { version: "1", baseUrl: "", homepage: "", license: "MIT", sums: new Map() };
  assertThrows(() => fill("@SHA256:hikae@", facts), Error, "@SHA256:hikae@");
  assertThrows(() => fill("@ELSE@", facts), Error, "@ELSE@");
});

Deno.test("release task: wants all five binaries, as SHA256SUMS has them, and fills what lies beside", async () => {
  const dir = await Deno.makeTempDir({ prefix: "hikae-release-" });
  const release = async (): Promise<{ code: number; out: string }> => {
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", fromFileUrl(new URL("tools/release.ts", ROOT)), "--no-compile"].concat(
        ["--base-url", "https://example.com/v1", "--out", dir],
      ),
      stderr: "null",
    }).output();
    return { code, out: new TextDecoder().decode(stdout) };
  };
  try {
    for (const { file } of TARGETS) await Deno.writeTextFile(`${dir}/${file}`, file);
    const names = TARGETS.map((t) => t.file);
    await Deno.writeTextFile(`${dir}/SHA256SUMS`, await sumsOf(dir, names.slice(1)));
    assertStringIncludes((await release()).out, `has no ${names[0]}`);
    await Deno.writeTextFile(`${dir}/SHA256SUMS`, await sumsOf(dir, names));
    const done = await release();
    assertEquals(done.code, 0, done.out);
    assertStringIncludes(await Deno.readTextFile(`${dir}/SHA256SUMS`), "  install.sh\n");
    const version = await Deno.readTextFile(`${dir}/packages/winget/hikae.hikae.yaml`);
    assertStringIncludes(version, `PackageVersion: "${settings.version}"`);
    assertEquals((await release()).code, 0);
    await Deno.writeTextFile(`${dir}/${names[1]}`, "changed");
    assertStringIncludes((await release()).out, "is not what SHA256SUMS says");
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
