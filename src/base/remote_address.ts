/**
 * Addresses that are no paths. `s3:bucket` given as a vault would become a directory of that name in the working
 * directory, and a backup that its owner believes to be elsewhere. Pure.
 * @module
 */

import { text } from "../text/text.ts";

/** Why a text is not taken for a path, and what to write instead. */
export interface NotAPath {
  readonly problem: string;
  readonly hint: string;
}

const URL_LIKE = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//;
const FILE_URL = /^file:\/\/(?:localhost)?(?=\/)/i;
/** A drive of Windows, or a share. */
const WINDOWS_PATH = /^(?:[A-Za-z]:(?:[\\/]|$)|\\\\[^\\])/;
/** A colon in the first name: `s3:bucket`, `user@host:/x`, `[::1]:/x`, rclone's `remote:` and `:sftp,host=x:y`. */
const ADDRESS = /^[^/\\]*:/;
const DRIVE = /^[A-Za-z]:(?!\/\/)/;

/**
 * Says why `given` is no path of this system: it looks like a remote address, or like a path of Windows elsewhere.
 * Undefined for a path. A directory of such a name is written with `./` before it.
 */
export function notAPath(given: string, windows: boolean): NotAPath | undefined {
  const quoted = `"${given}"`;
  const plain = `./${given}`;
  if (FILE_URL.test(given)) {
    const path = given.replace(FILE_URL, "").replace(windows ? /^\/(?=[A-Za-z]:)/ : /^$/, "");
    return {
      problem: text("place.remote-url", { text: quoted }),
      hint: text("place.file-url-hint", { path }),
    };
  }
  if (windows ? DRIVE.test(given) : WINDOWS_PATH.test(given)) {
    return windows ? undefined : {
      problem: text("place.windows-path", { text: quoted }),
      hint: text("place.windows-path-hint", { plain }),
    };
  }
  if (!ADDRESS.test(given)) return undefined;
  return {
    problem: text(URL_LIKE.test(given) ? "place.remote-url" : "place.remote", { text: quoted }),
    hint: text("place.remote-hint", { plain }),
  };
}

/**
 * Says what a shell should have put in the place of a path's beginning, and did not; undefined for all else. For what is
 * typed, not for what a config says in its own notation.
 */
export function notExpanded(given: string, windows: boolean): NotAPath | undefined {
  return windows ? leftByShell(given) : leftByPosixShell(given, `./${given}`);
}

/**
 * What cmd and PowerShell leave as it is: `~` and the other one's variables and quotation marks. A directory of that name
 * would be made in the working directory.
 */
function leftByShell(given: string): NotAPath | undefined {
  const rest = (from: number): string => given.slice(from).replaceAll("/", "\\");
  const told = (what: string, hint: string): NotAPath => ({
    problem: text("place.not-expanded", { text: `"${given}"`, what }),
    hint,
  });
  if (/^~(?:[\\/]|$)/.test(given)) {
    const path = rest(1);
    return told("~", text("place.home-hint", { path }));
  }
  const powershell = /^\$(?:env:)?(\w+)/i.exec(given);
  if (powershell !== null) {
    const [whole, name = ""] = powershell;
    return told(whole, text("place.cmd-hint", { name, rest: rest(whole.length) }));
  }
  const cmd = /^%(\w+)%/.exec(given);
  if (cmd !== null) {
    const [whole, name = ""] = cmd;
    return told(whole, text("place.powershell-hint", { name, rest: rest(whole.length) }));
  }
  return given.startsWith("'") ? told("'", text("place.quotes-hint")) : undefined;
}

/** What a POSIX shell leaves as it is: the variables of cmd, and its own in quotation marks that keep it from them. */
function leftByPosixShell(given: string, plain: string): NotAPath | undefined {
  const found = /^(~|\$\w+|\$\{\w+\}|%\w+%)(?:[\\/]|$)/.exec(given)?.[1];
  if (found === undefined) return undefined;
  const rest = given.slice(found.length).replaceAll("\\", "/");
  const name = found.replaceAll(/\W/g, "");
  const variable = /^(?:|HOMEPATH|USERPROFILE)$/i.test(name) ? "HOME" : name;
  return {
    problem: text("place.not-expanded-posix", { text: `"${given}"`, what: found }),
    hint: text("place.posix-hint", { path: `"$${variable}${rest}"`, plain: `'${plain}'` }),
  };
}

/** Why a vault's path on Windows is incomplete: it names no drive, and would be on that of the working directory. */
export function withoutDrive(given: string, drive: string): NotAPath | undefined {
  if (!/^[\\/](?![\\/])/.test(given)) return undefined;
  const path = `${drive}${given.replaceAll("/", "\\")}`;
  return {
    problem: text("place.no-drive", { text: `"${given}"`, path }),
    hint: text("place.no-drive-hint", { path }),
  };
}
