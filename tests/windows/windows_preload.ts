/**
 * Loaded before each suite on Windows (`tools/test_windows.ts`): counts a test as skipped, with the reason,
 * when it fails after it asked for what this Windows does not have: links (which want a right, and are not
 * made at all under Wine), modes, programs of POSIX; and those that are about POSIX by their name.
 */

/** Tests that are about POSIX alone: what their names say, and why they are not for Windows. */
const POSIX: readonly (readonly [RegExp, string])[] = [
  [/\bfifos?\b|\bsockets\b/i, "sockets and FIFOs"],
  [/a run leaves a log and its outcome|set-id bits/, "modes"],
  [/^a sparse file stays sparse/, "sparse files, which Deno has no call for"],
  [/any tree comes back as it was/, "names that Windows cannot hold"],
  [/a failed run is said/, "starts take longer than its interval under Wine"],
  [
    /a mirror name that does not fit|a vault that missed runs gets/,
    "paths over 260 characters in a sandbox (Wine)",
  ],
  [/a start without a config loads neither/, "a script on the project's own drive"],
  [
    /differs only by case is reported|a target that folds case gets one|case and Unicode twins/,
    "a source that tells names apart by case",
  ],
  [/^layers: no arrow that is not in the table/, "the import graph by paths of POSIX"],
  [/^config check: each thing that is not there/, "counts the problems that Linux finds"],
];

/** Tests that leave themselves out on Windows, or where a program is missing, and why that is right. */
const OWN: readonly (readonly [RegExp, string])[] = [
  [
    /^gitignore: git gives|^on a source that tells case|^a dry run says the same of letter case/,
    "a disk that tells case",
  ],
  [
    /^bundle tar: (tar|bsdtar|python3)|^bundle manifest: sha256sum|^bundles: (each state|small volumes)/,
    "age, zstd, tar and a shell of POSIX",
  ],
  [/^bundle restore: (every run|nothing is written through)/, "modes and links"],
  [/^backed up: a source (that is named through a link|under the path of)/, "links and mounts"],
  [/^completions: .*(bash|zsh|fish)/, "a shell of POSIX"],
  [/^man page: /, "the program man"],
  [/^security.md: records, index|^as root a config or plugin that others may write/, "modes"],
  [/^security.md: .*\/proc/, "/proc, /dev and /sys"],
  [/^frozen vault /, "names in the vault that Windows cannot hold"],
  [/^hostile forge_program/, "a program that is a script of sh"],
  [/^memory does not grow/, "memory is read from /proc"],
  [/needs chromium/, "the browser"],
  [/^examples: |^guide: /, "commands as they are typed into a shell of POSIX"],
  [/^messages: /, "a terminal made by a program of POSIX"],
  [
    /^desktop_notify: |^replicate: |^snapshot_source: /,
    "stand-ins for programs, which are scripts",
  ],
  [/shipped plugins: rules|real btrfs/, "rclone and btrfs"],
  [/^DST: /, "time zones by TZ"],
  [/^by hand: /, "programs of POSIX"],
  [/^200 days /, "modes and names of another system"],
  [/^a dry run that is told to end /, "signals to another process"],
  [/^histories: /, "modes, links and names of another system"],
  [/^series: |^what is no text /, "paths of POSIX"],
  [
    /^backup far away: (where (some )?inodes are others|one directory with another inode|a parent that is as)/,
    "change times",
  ],
  [
    /^backup: (directories whose files are hashed again|a directory that is not as the last run left|what a killed run renamed)/,
    "change times",
  ],
  [/^plain files: a directory on the way/, "owners and modes of POSIX"],
  [
    /^(a thread that the engine starts may read its code|backup: a link that leads nowhere, under)/,
    "symbolic links",
  ],
  [/without root's powers/, "modes"],
  [/^Ctrl-C ends the program/, "signals"],
  [/^(a vault that a mount shows|the state directory is left out)/, "mounts"],
  [/^a vault that fold(s|ed) case/, "renames of case alone (Wine)"],
  [/^source: a disk that takes names for one/, "a disk that tells case, under the double"],
  [/^a link that is read while its directory/, "change times"],
  [/^a directory of more files than may be open/, "ulimit"],
  [/^a link that a share made/, "inodes"],
  [/^(snapshot )?restore to a share that turns out/, "devices"],
  [
    /^(--checksum: links that point|config check: what cannot be looked)/,
    "links that say nothing of their kind",
  ],
  [/^schedule: (install, list|cron)|^schedule install: --print|an unknown job/, "systemd and cron"],
  [
    /^schedule install --all|^several days and times|^the installed line|^what a schedule tells by/,
    "systemd and cron",
  ],
  [
    /^--print of a task|^a config in a directory too long|^root's schedule|^advice carries/,
    "systemd and cron",
  ],
  [
    /^a run that (hangs before|is killed)|^a last good run that is too old|^status names a schedule/,
    "programs and signals of POSIX",
  ],
  [/^logs --follow/, "signals"],
  [/summer time keeps its hour/, "time zones by TZ"],
  [/^prometheus: promtool/, "the program promtool"],
  [/^windows: the Task Scheduler takes/, "the Task Scheduler of a real Windows (not Wine)"],
  [
    /^(a restore's target|a vault's disk|no locks on the disk|what one file alone|a target that takes no links|bundles are written to a disk)/,
    "a disk that refuses, made by FUSE",
  ],
  [
    /onto such a disk|^backup: (dots and blanks|full case|no mark is made)|^a vault that told case apart/,
    "a disk that folds names, made by FUSE",
  ],
  [/^s3|^rclone: |^two first runs at once|^bundles: random/, "a server and programs of POSIX"],
  [/^mail: |^restic: |^integrate: /, "servers, and stand-ins for programs, which are scripts"],
  [/^restore as root|^a program (in a directory|that comes into)/, "modes"],
  [/^asleep: /, "files that are removed or renamed while they are open"],
  [/^restore --delete: a \.\$META\$ of somebody's own/, "links"],
  [/^restore --delete: what is mounted|^missing parents on another disk/, "mounts"],
  [/^a name that is not UTF-8|^times: of links/, "names that are no text, and links"],
  [
    /^a plugin that is, or imports|^a run whose plugin cannot|^memory between hooks/,
    "FIFOs, signals and /proc",
  ],
  [/^attributes: |^attributes of macOS: /, "attributes of another system"],
  [/^attributes of Windows: a backup/, "PowerShell, which Wine has not"],
  [/systemd-analyze|^schedule: (a plist|the shell)/, "the programs of the other schedulers"],
];

/** What is said when a test asks for what only another system has. */
const NO_SUCH_THING: readonly (readonly [string, string])[] = [
  ["(os error 123): writefile", "names that Windows cannot hold"],
  ["(os error 123): mkdir", "names that Windows cannot hold"],
  // GetFinalPathName of Wine, which Deno's permission checks ask
  ["(os error 234)", "paths over 260 characters in a sandbox (Wine)"],
];

const PROGRAMS =
  /^(mkfifo|sh|bash|zsh|fish|setpriv|mount|umount|sudo|chown|chattr|b2sum|sha256sum|python3|strace|find|touch|cp|rm|kill|prlimit|ulimit|unshare|git|df)$/;

let missing: string | undefined;
let linksWork: boolean | undefined;

function canLink(symlink: typeof Deno.symlinkSync): boolean {
  const dir = Deno.makeTempDirSync();
  try {
    symlink("nothing", `${dir}\\link`, { type: "file" });
    return Deno.lstatSync(`${dir}\\link`).isSymlink;
  } catch {
    return false;
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
}

function watchLinks(): void {
  const { symlinkSync, symlink } = Deno;
  const note = (): void => {
    linksWork ??= canLink(symlinkSync);
    if (!linksWork) missing ??= "symbolic links";
  };
  const hard = Deno.linkSync;
  Object.assign(Deno, {
    symlinkSync: (...args: Parameters<typeof symlinkSync>) => (note(), symlinkSync(...args)),
    symlink: (...args: Parameters<typeof symlink>) => (note(), symlink(...args)),
    linkSync: (...args: Parameters<typeof hard>) => (missing ??= "hard links", hard(...args)),
  });
}

function watchModes(): void {
  const { chmodSync, chmod, umask } = Deno;
  const note = (path: string | URL, mode: number): void => {
    // all that Windows has of a mode is whether a file may be written
    const whole = mode === 0o666 || mode === 0o444 || mode === 0o777 || mode === 0o644;
    if (!whole || Deno.lstatSync(path).isDirectory) missing ??= "modes";
  };
  Object.assign(Deno, {
    chmodSync: (path: string | URL, mode: number) => (note(path, mode), chmodSync(path, mode)),
    chmod: (path: string | URL, mode: number) => (note(path, mode), chmod(path, mode)),
    umask: (mask?: number) => (missing ??= "modes", umask(mask)),
  });
}

function watchPrograms(): void {
  const Command = Deno.Command;
  const Watched = class extends Command {
    constructor(command: string | URL, options?: Deno.CommandOptions) {
      if (PROGRAMS.test(String(command))) missing ??= `the program ${command}`;
      if (options?.env?.TZ !== undefined) missing ??= "time zones by TZ";
      super(command, options);
    }
  };
  Object.assign(Deno, { Command: Watched });
}

/** What the system's own words say that it does not have. */
function lackOf(message: string): string | undefined {
  return NO_SUCH_THING.find(([words]) => message.includes(words))?.[1];
}

/** On Windows a signal to another process is its sudden end. */
function watchSignals(): void {
  const kill = Deno.ChildProcess.prototype.kill;
  Deno.ChildProcess.prototype.kill = function (signal?: Deno.Signal): void {
    if (signal !== undefined && signal !== "SIGKILL") missing ??= "signals";
    kill.call(this, signal);
  };
}

type Body = (t: Deno.TestContext) => void | Promise<void>;

function wrapped(body: Body): Body {
  return async (t) => {
    missing = undefined;
    try {
      await body(t);
    } catch (error) {
      missing ??= lackOf(String(error));
      if (missing === undefined) throw error;
      const why = String(error).split("\n", 1)[0] ?? "";
      Deno.stderr.writeSync(
        new TextEncoder().encode(`windows-skip: ${missing}: ${t.name} (${why.slice(0, 100)})\n`),
      );
    }
  };
}

function nameOf(args: unknown[]): string {
  for (const a of args) {
    if (typeof a === "string") return a;
    if (typeof a === "object" && a !== null && "name" in a) return String(a.name);
    if (typeof a === "function") return a.name;
  }
  return "";
}

/** True when a test says itself that it is not to run here. */
function ignoresItself(args: readonly unknown[]): boolean {
  return args.some((a) =>
    typeof a === "object" && a !== null && "ignore" in a && a.ignore === true
  );
}

/** A test that never runs is told with its reason; one without a reason is a mistake, which the runner counts. */
function tellIgnored(name: string, reason: string | undefined): void {
  const line = reason === undefined
    ? `windows-unexplained: ${name}`
    : `windows-ignored: ${reason}: ${name}`;
  Deno.stderr.writeSync(new TextEncoder().encode(`${line}\n`));
}

function adapted(test: (...args: unknown[]) => void): (...args: unknown[]) => void {
  return (...args) => {
    const name = nameOf(args);
    const posix = POSIX.find(([pattern]) => pattern.test(name));
    if (posix !== undefined) tellIgnored(name, posix[1]);
    else if (ignoresItself(args)) tellIgnored(name, OWN.find(([p]) => p.test(name))?.[1]);
    const out = args.map((a) => {
      if (typeof a === "function") return wrapped(a as Body);
      if (typeof a === "object" && a !== null && "fn" in a) {
        return {
          ...a,
          fn: wrapped(a.fn as Body),
          ...(posix === undefined ? {} : { ignore: true }),
        };
      }
      return a;
    });
    if (posix !== undefined && typeof args[0] === "string") {
      return test({ name: args[0], ignore: true, fn: () => {} });
    }
    test(...out);
  };
}

if (Deno.build.os === "windows") {
  watchLinks();
  watchModes();
  watchPrograms();
  watchSignals();
  const original = Deno.test as unknown as (...args: unknown[]) => void;
  Object.assign(Deno, { test: Object.assign(adapted(original), Deno.test) });
}
