/**
 * Who else may write a file, or one of the directories that lead to it: what others may change, they can have run with
 * the rights of whoever starts it. Only Unix tells it by modes; elsewhere nothing is found.
 * @module
 */

/** What is known of an entry. */
export interface Owned {
  uid: number | null;
  gid: number | null;
  mode: number | null;
  isDirectory: boolean;
}

/** What is asked of the system. */
export interface OwnerLook {
  stat(path: string): Owned;
  /** The path with its links resolved. */
  realPath(path: string): string;
  /** This user. */
  uid: number | null;
  /** An administrator besides root: who became root by `sudo`. */
  sudoUid: number | undefined;
  /** True when nobody is in a group but this user, root and administrators. */
  isTrustedGroup(gid: number): boolean;
}

const GROUP_WRITES = 0o020;
const OTHERS_WRITE = 0o002;
const STICKY = 0o1000;

/**
 * The first of `path` and the directories above it (as it is written, and with links resolved) that somebody else may
 * write; undefined when there is none. In a sticky directory nobody can put another file in the place of one's own.
 */
export function writableByOthers(path: string, look: OwnerLook): string | undefined {
  if (look.uid === null) return undefined;
  const places = new Set([...upwards(path), ...upwards(look.realPath(path))]);
  return [...places].find((place) => isOpen(look.stat(place), look));
}

function isOpen({ uid, gid, mode, isDirectory }: Owned, look: OwnerLook): boolean {
  if (uid !== null && uid !== 0 && uid !== look.uid && uid !== look.sudoUid) return true;
  const bits = mode ?? 0;
  if (isDirectory && (bits & STICKY) !== 0) return false;
  if ((bits & OTHERS_WRITE) !== 0) return true;
  return (bits & GROUP_WRITES) !== 0 && gid !== null && !look.isTrustedGroup(gid);
}

/** The path and the directories above it, itself first. */
function upwards(path: string): string[] {
  const parts = path.split("/").filter((part) => part !== "");
  const all = parts.map((_, n) => `/${parts.slice(0, n + 1).join("/")}`);
  return ["/", ...all].reverse();
}

/** Groups whose members administer the machine. */
const ADMINISTRATORS: ReadonlySet<string> = new Set(["root", "wheel", "sudo", "admin"]);

/**
 * True for a group that nobody is in but `user` and root, or that of administrators, by the texts of `/etc/group` and
 * `/etc/passwd`. A group that is in neither is not known to be empty.
 */
export function isTrustedGroup(
  gid: number,
  { user, group, passwd }: { user: number; group: string; passwd: string },
): boolean {
  if (gid === 0) return true;
  const lines = (text: string): string[][] => text.split("\n").map((line) => line.split(":"));
  const found = lines(group).find((line) => line[2] === String(gid));
  if (found === undefined) return false;
  if (ADMINISTRATORS.has(found[0] ?? "")) return true;
  const accounts = lines(passwd);
  const uidOf = (name: string): number => Number(accounts.find((a) => a[0] === name)?.[2] ?? NaN);
  const members = (found[3] ?? "").split(",").filter((name) => name !== "").map(uidOf);
  const primary = accounts.filter((a) => a[3] === String(gid)).map((a) => Number(a[2]));
  return [...members, ...primary].every((uid) => uid === 0 || uid === user);
}
