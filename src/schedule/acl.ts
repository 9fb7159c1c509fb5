/** Who may change a file or directory on Windows, told by its access list. Pure. @module */

/** What a path is to a program: the file itself, the directory that it lies in, or one above that. */
export type AclKind = "file" | "directory" | "above";

/** A path's owner and what is allowed on it, by security identifiers. */
export interface Acl {
  owner: string;
  allowed: readonly { sid: string; rights: number }[];
}

/**
 * Prints, for the paths in `HIKAE_PATHS` (separated by `|`, which no path holds), lines of numbers and security
 * identifiers alone, so that no code page can spoil them.
 */
export const ACL_SCRIPT = [
  "$ErrorActionPreference = 'Stop'",
  "$s = [Security.Principal.SecurityIdentifier]",
  "$i = 0",
  "foreach ($p in $env:HIKAE_PATHS.Split('|')) {",
  "  $a = Get-Acl -LiteralPath $p",
  '  "$i O $($a.GetOwner($s).Value)"',
  "  foreach ($r in $a.GetAccessRules($true, $true, $s)) {",
  "    if ($r.AccessControlType -eq 'Allow' -and -not ($r.PropagationFlags -band 2)) {",
  '      "$i A $($r.IdentityReference.Value) $([int64]$r.FileSystemRights)"',
  "    }",
  "  }",
  "  $i++",
  "}",
].join("\n");

/** What {@link ACL_SCRIPT} printed, by the number of the path. */
export function parseAcls(printed: string): Map<number, Acl> {
  const owners = new Map<number, string>();
  const allowed = new Map<number, { sid: string; rights: number }[]>();
  for (const line of printed.split(/\r?\n/)) {
    const owner = /^(\d+) O (S-[\d-]+)$/.exec(line.trim());
    if (owner !== null) owners.set(Number(owner[1]), owner[2] ?? "");
    const rule = /^(\d+) A (S-[\d-]+) (-?\d+)$/.exec(line.trim());
    if (rule === null) continue;
    const at = Number(rule[1]);
    const one = { sid: rule[2] ?? "", rights: Number(rule[3]) };
    allowed.set(at, [...allowed.get(at) ?? [], one]);
  }
  return new Map([...owners].map(([at, owner]) => [at, { owner, allowed: allowed.get(at) ?? [] }]));
}

/** Those who have all rights anyway: the system, administrators, the installer of Windows, an owner's own entry. */
const TRUSTED: ReadonlySet<string> = new Set([
  "S-1-5-18",
  "S-1-5-32-544",
  "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464",
  "S-1-3-0",
  "S-1-3-4",
]);

/** Delete, change permissions, take ownership, and the generic forms of write and all. */
const OWN = 0x10000 | 0x40000 | 0x80000 | 0x10000000 | 0x40000000;
/** Write data or add a file, append or add a directory. */
const WRITE = 0x2 | 0x4;
const DELETE_CHILD = 0x40;

const RIGHTS: Readonly<Record<AclKind, number>> = {
  file: OWN | WRITE,
  // what is put beside a program is loaded by it
  directory: OWN | WRITE | DELETE_CHILD,
  // in C:\ everybody may add a directory, and harms nothing that is there
  above: OWN | DELETE_CHILD,
};

/** True when somebody else than administrators may change what lies there; an unknown list is no promise. */
export function changeable(acl: Acl | undefined, kind: AclKind): boolean {
  if (acl === undefined || !TRUSTED.has(acl.owner)) return true;
  return acl.allowed.some(({ sid, rights }) => !TRUSTED.has(sid) && (rights & RIGHTS[kind]) !== 0);
}
