/** Snapshots on Linux: btrfs, ZFS, LVM. @module */

import { isBelow, refuseNested, restOf, type SnapshotRequest } from "./snapshot_steps.ts";
import { say } from "./snapshot_words.ts";

/** Where a directory is mounted. */
interface Mount {
  target: string;
  fstype: string;
  /** The device, or the dataset. */
  source: string;
}

const PROGRAMS: Record<string, string[]> = {
  btrfs: ["btrfs", "stat"],
  zfs: ["zfs"],
  lvm: ["lvs", "lvcreate", "lvremove", "mktemp", "mount", "umount", "rmdir"],
};

/** The programs that a kind of snapshot needs. */
export function linuxPrograms(kind: string): string[] {
  return ["findmnt", "realpath", ...(PROGRAMS[kind] ?? Object.values(PROGRAMS).flat())];
}

/** Takes a snapshot; gives where the source is in it. */
export async function linuxSnapshot(request: SnapshotRequest): Promise<string> {
  const { steps, kind } = request;
  const source = await steps.do("realpath", ["-e", "--", request.source]);
  const columns = ["-J", "-o", "TARGET,FSTYPE,SOURCE"];
  const [mount] = mountsOf(await steps.do("findmnt", [...columns, "--target", source]));
  if (mount === undefined) throw new Error(say("not-mounted", { source }));
  const all = mountsOf(await steps.do("findmnt", [...columns, "-l"]));
  const below = all.map((m) => m.target).filter((t) => isBelow(t, source));
  refuseNested(below.filter((target) => !target.includes("/.zfs/")), request);
  const real = { ...request, source };
  const fits = kind === "auto" ? mount.fstype : kind;
  if (fits === "btrfs") return await btrfs(real);
  if (fits === "zfs") return await zfs(real, mount);
  if (fits === "lvm" || mount.source.startsWith("/dev/")) return await lvm(real, mount);
  throw new Error(say("no-snapshots", { kind: mount.fstype, place: mount.target }));
}

function mountsOf(json: string): Mount[] {
  return (JSON.parse(json) as { filesystems?: Mount[] }).filesystems ?? [];
}

async function btrfs(request: SnapshotRequest): Promise<string> {
  const { source, name, steps } = request;
  const root = await subvolumeOf(request);
  const inside = restOf(source, root);
  refuseNested((await subvolumesBelow(root, steps)).filter((sub) => isBelow(sub, source)), request);
  const snapshot = `${root === "/" ? "" : root}/.${name}`;
  await steps.tryTo("btrfs", ["subvolume", "delete", snapshot]);
  await steps.do("btrfs", ["subvolume", "snapshot", "-r", root, snapshot]);
  steps.later("btrfs", ["subvolume", "delete", snapshot]);
  return snapshot + inside;
}

/** The root of the subvolume that a directory is in: the one with the inode number 256. */
async function subvolumeOf({ source, steps }: SnapshotRequest): Promise<string> {
  for (let dir = source;; dir = dir.slice(0, dir.lastIndexOf("/")) || "/") {
    if (await steps.do("stat", ["-c", "%i", "--", dir]) === "256") return dir;
    if (dir === "/") throw new Error(say("no-subvolume", { source }));
  }
}

/** The subvolumes right below `root`, by their paths; snapshots of ours are left out. */
async function subvolumesBelow(root: string, steps: SnapshotRequest["steps"]): Promise<string[]> {
  // Both tell paths from the top of the file system, wherever that is mounted.
  const [own = ""] = (await steps.do("btrfs", ["subvolume", "show", root])).split("\n");
  const top = own.trim() === "/" || own.trim() === "<FS_TREE>" ? "" : `${own.trim()}/`;
  const listed = await steps.do("btrfs", ["subvolume", "list", "-o", root]);
  return listed.split("\n").flatMap((line) => {
    const path = / path (?:<FS_TREE>\/)?(.*)$/.exec(line)?.[1];
    if (path === undefined || !path.startsWith(top)) return [];
    const inside = path.slice(top.length);
    return inside.startsWith(".hikae-") ? [] : [`${root === "/" ? "" : root}/${inside}`];
  });
}

async function zfs({ source, name, steps }: SnapshotRequest, mount: Mount): Promise<string> {
  const snapshot = `${mount.source}@${name}`;
  await steps.tryTo("zfs", ["destroy", snapshot]);
  await steps.do("zfs", ["snapshot", snapshot]);
  steps.later("zfs", ["destroy", snapshot]);
  const root = mount.target === "/" ? "" : mount.target;
  return `${root}/.zfs/snapshot/${name}${restOf(source, mount.target)}`;
}

interface Volume {
  vg_name: string;
  pool_lv: string;
}

async function lvm(request: SnapshotRequest, mount: Mount): Promise<string> {
  const { source, size, steps } = request;
  const device = mount.source.replace(/\[.*\]$/, "");
  const columns = ["--reportformat", "json", "-o", "vg_name,pool_lv"];
  const report = JSON.parse(await steps.do("lvs", [...columns, device])) as {
    report: { lv: Volume[] }[];
  };
  const volume = report.report[0]?.lv[0];
  if (volume === undefined) throw new Error(say("no-lvm", { device }));
  const name = request.name.replaceAll("-", "_"); // device-mapper doubles them
  const snapshot = `${volume.vg_name}/${name}`;
  await steps.tryTo("umount", [`/dev/${snapshot}`]);
  await steps.tryTo("lvremove", ["-f", snapshot]);
  const room = volume.pool_lv === "" ? ["--size", size] : ["--setactivationskip", "n"];
  await steps.do("lvcreate", ["--snapshot", ...room, "--name", name, device]);
  steps.later("lvremove", ["-f", snapshot]);
  const place = await steps.do("mktemp", ["-d", "-t", "hikae-XXXXXXXX"]);
  steps.later("rmdir", ["--", place]);
  // XFS refuses a second file system with the same id
  const options = mount.fstype === "xfs" ? "ro,nouuid" : "ro";
  await steps.do("mount", ["-o", options, `/dev/${snapshot}`, place]);
  steps.later("umount", [place]);
  return place + restOf(source, mount.target);
}
