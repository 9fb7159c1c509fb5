/** The shipped plugins that run programs for a backup: rclone, and file-system snapshots. */

import { assert, assertEquals, assertFalse, assertMatch, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { macosSnapshot } from "../../plugins/lib/snapshot_macos.ts";
import type { Program } from "../../plugins/lib/program.ts";
import { type SnapshotRequest, Steps } from "../../plugins/lib/snapshot_steps.ts";
import { windowsSnapshot } from "../../plugins/lib/snapshot_windows.ts";
import { FACTS } from "./plugins_support.ts";
import { result, StandIns, withPlugin } from "./shipped_support.ts";

const LINUX = Deno.build.os === "linux";

function canRun(program: string, ...args: string[]): boolean {
  try {
    return new Deno.Command(program, { args, stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

function put(root: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    Deno.mkdirSync(join(root, path, ".."), { recursive: true });
    Deno.writeTextFileSync(join(root, path), text);
  }
}

Deno.test({
  name: "replicate: told before the run when it cannot work; passwords are not told",
  ignore: !LINUX,
  fn: async () => {
    using programs = new StandIns();
    const warned = async (options: Record<string, unknown>, run: string[]): Promise<string> => {
      const t = await withPlugin("replicate", { options, allow: { run } }, async ({ set }) => {
        await set.preBackup();
        await set.postBackup(result());
      });
      return t.warnings.join("\n");
    };
    programs.add(
      "rclone",
      'case $1 in cat) echo "{\\"id\\":\\"1\\"}";; backend) echo "no way to $3" >&2; exit 3;; esac',
    );
    assertMatch(
      await warned({}, ["rclone"]),
      /replicate, preBackup: Error: no remote: set the option/,
    );
    assertMatch(await warned({ remote: "--x" }, ["rclone"]), /no remote/);
    const none = join(programs.dir, "none");
    assertMatch(
      await warned({ remote: "a:", rclone: none }, [none]),
      /preBackup: Error: start .*none: /,
    );
    const remote = ":sftp,host=h,pass=hunter2:dir";
    const said = await warned({ remote, archive: "a:b" }, ["rclone"]);
    assertMatch(said, /postBackup: Error: rclone ended with 3: no way to :sftp,…/);
    assertFalse(said.includes("hunter2"));
  },
});

/** Stand-ins for what every Linux snapshot asks first. */
function mounted(programs: StandIns, source: string, fstype: string, device: string): void {
  const mount = { target: source, fstype, source: device };
  const root = { target: "/", fstype: "ext4", source: "/dev/sda1" };
  const one = JSON.stringify({ filesystems: [mount] });
  const all = JSON.stringify({ filesystems: [root, mount] });
  programs.add("findmnt", `case "$*" in *--target*) echo '${one}';; *) echo '${all}';; esac`);
  programs.add("realpath", 'echo "$3"');
}

/** Runs `snapshot_source` through a run; gives what it answered and told. */
async function snapshot(
  source: string,
  options: Record<string, unknown>,
  during: (at: string | undefined) => void | Promise<void> = () => {},
  run: Partial<typeof FACTS> = {},
): Promise<{ at: string | undefined; told: string }> {
  let at: string | undefined;
  const rest = { options, allow: { run: true } as const };
  const t = await withPlugin("snapshot_source", rest, async ({ set }) => {
    at = (await set.preBackup()).source;
    await during(at);
    await set.postBackup(result());
    await set.onError({ command: "backup", problem: { code: "x", message: "y" } });
  }, { source, ...run });
  return { at, told: [...t.warnings, ...t.logs].join("\n") };
}

Deno.test({
  name: "snapshot_source: ZFS and LVM by stand-ins for their programs",
  ignore: !LINUX,
  fn: async () => {
    using programs = new StandIns();
    const base = Deno.makeTempDirSync();
    const source = join(base, "docs");
    Deno.mkdirSync(source);
    mounted(programs, base, "zfs", "tank/home");
    programs.add(
      "zfs",
      `case $1 in snapshot) mkdir -p "${base}/.zfs/snapshot/\${2#*@}/docs";; esac`,
    );
    const z = await snapshot(source, {});
    assertMatch(z.at ?? "", /\/\.zfs\/snapshot\/hikae-documents-[0-9a-f]{8}\/docs$/);
    const name = z.at?.split("/").at(-2);
    assertEquals(programs.calls().filter((c) => c.startsWith("zfs")), [
      `zfs [destroy] [tank/home@${name}]`,
      `zfs [snapshot] [tank/home@${name}]`,
      `zfs [destroy] [tank/home@${name}]`,
    ]);

    mounted(programs, base, "xfs", "/dev/mapper/vg-home");
    programs.add("lvs", `echo '{"report":[{"lv":[{"vg_name":"vg","pool_lv":""}]}]}'`);
    for (const one of ["lvcreate", "lvremove", "umount"]) programs.add(one);
    programs.add("mktemp", `mkdir -p "${base}/mnt/docs"; echo "${base}/mnt"`);
    programs.add("mount");
    programs.add("rmdir");
    const before = programs.calls().length;
    const l = await snapshot(source, { kind: "lvm", size: "5G" });
    assertEquals(l.at, join(base, "mnt/docs"));
    const lv = name?.replaceAll("-", "_");
    assertEquals(programs.calls().slice(before).filter((c) => !/^(find|real|lvs)/.test(c)), [
      `umount [/dev/vg/${lv}]`,
      `lvremove [-f] [vg/${lv}]`,
      `lvcreate [--snapshot] [--size] [5G] [--name] [${lv}] [/dev/mapper/vg-home]`,
      "mktemp [-d] [-t] [hikae-XXXXXXXX]",
      `mount [-o] [ro,nouuid] [/dev/vg/${lv}] [${base}/mnt]`,
      `umount [${base}/mnt]`,
      `rmdir [--] [${base}/mnt]`,
      `lvremove [-f] [vg/${lv}]`,
    ]);

    programs.add("mount", "echo wrong fs type >&2; exit 32");
    const broken = programs.calls().length;
    const b = await snapshot(source, { kind: "lvm" });
    assertEquals(b.at, undefined);
    assertMatch(
      b.told,
      /preBackup: Error: mount ended with 32: wrong fs type; the run goes on without it/,
    );
    assertEquals(programs.calls().slice(broken).slice(-2), [
      `rmdir [--] [${base}/mnt]`,
      `lvremove [-f] [vg/${lv}]`,
    ], "what was made is taken away");
    Deno.removeSync(base, { recursive: true });
  },
});

Deno.test({
  name: "snapshot_source: refuses what would be empty in a snapshot, or has none",
  ignore: !LINUX,
  fn: async () => {
    using programs = new StandIns();
    const base = Deno.makeTempDirSync();
    mounted(programs, join(base, "inner"), "zfs", "tank/inner");
    programs.add("zfs", "exit 1");
    assertMatch((await snapshot(base, {})).told, /inner below the source would be empty/);
    assertMatch((await snapshot(base, { nested: true })).told, /zfs ended with 1/);
    mounted(programs, base, "tmpfs", "tmpfs");
    assertMatch((await snapshot(base, {})).told, /tmpfs at .* has no snapshots/);
    const calls = programs.calls().length;
    const dry = await snapshot(base, {}, undefined, { dryRun: true });
    assertEquals([dry.at, dry.told, programs.calls().length], [undefined, "", calls]);
    Deno.removeSync(base, { recursive: true });
  },
});

Deno.test({
  name: "snapshot_source: a real btrfs; the run reads the moment before it",
  ignore: !LINUX || Deno.uid() !== 0 || !canRun("mkfs.btrfs", "--version"),
  fn: async () => {
    const base = Deno.makeTempDirSync();
    const [image, mnt] = [join(base, "image"), join(base, "mnt")];
    Deno.mkdirSync(mnt);
    using _ = { [Symbol.dispose]: () => Deno.removeSync(base, { recursive: true }) };
    Deno.createSync(image).close();
    Deno.truncateSync(image, 256 * 1024 * 1024);
    // Loop devices may be closed to a container
    if (!canRun("mkfs.btrfs", "-q", image) || !canRun("mount", "-o", "loop", image, mnt)) return;
    try {
      assert(canRun("btrfs", "subvolume", "create", join(mnt, "home")));
      const home = join(mnt, "home");
      put(home, { "docs/a.txt": "before" });
      const left = (): string[] => [...Deno.readDirSync(home)].map((e) => e.name).sort();
      for (
        const [source, inside] of [[join(home, "docs"), "a.txt"], [home, "docs/a.txt"]] as const
      ) {
        put(home, { "docs/a.txt": "before" });
        const { at, told } = await snapshot(source, {}, (place) => {
          assert(place !== undefined);
          put(home, { "docs/a.txt": "after" });
          assertEquals(Deno.readTextFileSync(join(place, inside)), "before");
        });
        assertMatch(at ?? "", /home\/\.hikae-documents-[0-9a-f]{8}/);
        assertMatch(told, /^snapshot_source info reading from the snapshot /);
        assertEquals(left(), ["docs"], "the snapshot is gone");
      }
      // One that an earlier run left is taken away
      const name = await leaveOne(home);
      assertEquals(left(), [name, "docs"]);
      await snapshot(home, { kind: "btrfs" });
      assertEquals(left(), ["docs"]);
      assert(canRun("btrfs", "subvolume", "create", join(home, "docs/vm")));
      assertMatch(
        (await snapshot(join(home, "docs"), {})).told,
        /docs\/vm below the source would be/,
      );
      assertEquals(left(), ["docs"]);
    } finally {
      canRun("umount", mnt);
    }
  },
});

/** A run that ended before it could remove its snapshot; gives the snapshot's name. */
async function leaveOne(source: string): Promise<string> {
  let at = "";
  const rest = { allow: { run: true } as const };
  await withPlugin("snapshot_source", rest, async ({ set }) => {
    at = (await set.preBackup()).source ?? "";
  }, { source });
  return at.split("/").at(-1) ?? "";
}

/** A request whose programs are played; keeps what was asked. */
function played(
  source: string,
  answers: Record<string, string>,
): {
  request: SnapshotRequest;
  ran: string[];
  undo: () => Promise<string[]>;
  env: Program["env"][];
} {
  const ran: string[] = [];
  const env: Program["env"][] = [];
  const run = (what: Program): Promise<string> => {
    env.push(what.env);
    ran.push([what.program, ...what.args].join(" "));
    return Promise.resolve(answers[what.program] ?? "");
  };
  const steps = new Steps(run);
  const request = { source, name: "hikae-docs-1", kind: "auto", size: "2G", nested: false, steps };
  return { request, ran, env, undo: () => steps.undo(run) };
}

Deno.test("snapshot_source: APFS, its programs played", async () => {
  const answers = {
    df: "Filesystem 512-blocks Used Available Capacity Mounted on\n" +
      "/dev/disk3s5 9 4 5 45% /System/Volumes/Data\n",
    mount: "/dev/disk3s1s1 on / (apfs, sealed)\n/dev/disk4s1 on /Volumes/My Disk (apfs, local)\n",
    tmutil: "NOTE: …\nCreated local snapshot with date: 2026-11-21-083816\n",
    mktemp: "/var/folders/x/hikae.1\n",
  };
  const { request, ran, undo } = played("/Users/me/docs", answers);
  assertEquals(await macosSnapshot(request), "/var/folders/x/hikae.1/Users/me/docs");
  const done = ran.length;
  assertEquals(
    ran.at(-1),
    "mount_apfs -o rdonly,nobrowse -s com.apple.TimeMachine.2026-11-21-083816.local " +
      "/System/Volumes/Data /var/folders/x/hikae.1",
  );
  assertEquals(await undo(), []);
  assertEquals(ran.slice(done), [
    "umount /var/folders/x/hikae.1",
    "rmdir /var/folders/x/hikae.1",
    "tmutil deletelocalsnapshots 2026-11-21-083816",
  ]);
  const none = played("/Users/me/docs", { ...answers, tmutil: "disk is full" });
  await assertRejects(() => macosSnapshot(none.request), Error, "tmutil made no snapshot");
  const disk = played("/Volumes", answers);
  await assertRejects(
    () => macosSnapshot(disk.request),
    Error,
    "/Volumes/My Disk below the source",
  );
});

Deno.test("snapshot_source: VSS, PowerShell played; no value becomes code", async () => {
  const link = "C:\\Users\\Jörg\\Temp\\hikae-docs-1";
  const coded = (t: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(t)));
  const { request, ran, env, undo } = played("C:\\Users\\o'neil\\$x", {
    powershell: `{ID}\r\n${coded(link)}\r\n`,
  });
  assertEquals(await windowsSnapshot(request), `${link}\\Users\\o'neil\\$x`);
  assertEquals(await undo(), []);
  assertEquals(env, [
    { HIKAE_DRIVE: "C:", HIKAE_NAME: "hikae-docs-1" },
    { HIKAE_ID: "{ID}", HIKAE_LINK: link },
  ]);
  assertFalse(ran.join().includes("neil"));
  assertMatch(ran[0] ?? "", /Win32_ShadowCopy -MethodName Create/);
  const root = played("D:\\", { powershell: `{ID}\n${coded(link)}` });
  assertEquals(await windowsSnapshot(root.request), link);
  const share = played("\\\\nas\\share", {});
  await assertRejects(() => windowsSnapshot(share.request), Error, "not on a local drive");
});
