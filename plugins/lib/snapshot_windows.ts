/** Shadow copies (VSS) on Windows. @module */

import type { SnapshotRequest } from "./snapshot_steps.ts";
import { say } from "./snapshot_words.ts";

/** The programs that it needs. */
export const WINDOWS_PROGRAMS = ["powershell"];

/** Makes a shadow copy; gives where the source is in it. */
export async function windowsSnapshot({ source, name, steps }: SnapshotRequest): Promise<string> {
  const drive = /^([A-Za-z]:)\\/.exec(source)?.[1];
  if (drive === undefined) {
    throw new Error(say("not-local", { source }));
  }
  // Values travel in variables and never become code.
  const values = { HIKAE_DRIVE: drive, HIKAE_NAME: name };
  const said = await steps.do("powershell", script(MAKE), values).catch(worded);
  const [id, coded = ""] = said.split(/\r?\n/).map((line) => line.trim());
  const link = fromBase64(coded);
  if (!id || !link) throw new Error(say("powershell", { said }));
  steps.later("powershell", script(REMOVE), { HIKAE_ID: id, HIKAE_LINK: link });
  return `${link}\\${source.slice(3)}`.replace(/\\$/, "");
}

/** What the script says of itself in letters that every code page has, in words. */
function worded(error: unknown): never {
  if (!(error instanceof Error) || !error.message.includes(NO_RIGHT)) throw error;
  throw new Error(say("vss-right"), { cause: error });
}

/** What the script says when it may not make a shadow copy. */
const NO_RIGHT = "HIKAE-NO-RIGHT";

function script(text: string): string[] {
  return ["-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-Command", text];
}

/** The user's name may stand in a path, and PowerShell prints it in the console's code page: so it comes coded. */
function fromBase64(coded: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(coded), (c) => c.charCodeAt(0)));
  } catch {
    return "";
  }
}

/**
 * Prints the copy's id and a link to it, this in Base64 of UTF-8: programs cannot open a shadow copy by its device name alone. What an earlier
 * run left behind its link is removed first.
 */
const MAKE = `
$ErrorActionPreference = 'Stop'
$link = Join-Path $env:TEMP $env:HIKAE_NAME
if (Test-Path -LiteralPath $link) {
  $old = (Get-Item -LiteralPath $link -Force).Target | Select-Object -First 1
  Get-CimInstance Win32_ShadowCopy | Where-Object { $old -and $old.TrimEnd('\\') -eq $_.DeviceObject } | Remove-CimInstance
  [IO.Directory]::Delete($link)
}
$volume = $env:HIKAE_DRIVE + '\\'
$made = Invoke-CimMethod -ClassName Win32_ShadowCopy -MethodName Create -Arguments @{ Volume = $volume; Context = 'ClientAccessible' }
if ($made.ReturnValue -eq 1) { throw '${NO_RIGHT}' }
if ($made.ReturnValue -ne 0) { throw "no shadow copy of \${volume}: error $($made.ReturnValue)" }
$copy = Get-CimInstance Win32_ShadowCopy | Where-Object { $_.ID -eq $made.ShadowID }
try {
  cmd /d /c mklink /d $link ($copy.DeviceObject + '\\') | Out-Null
  if ($LASTEXITCODE -ne 0) { throw 'no link to the shadow copy' }
} catch {
  $copy | Remove-CimInstance
  throw
}
$made.ShadowID
[Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($link))
`;

const REMOVE = `
$ErrorActionPreference = 'Stop'
try {
  [IO.Directory]::Delete($env:HIKAE_LINK)
} finally {
  Get-CimInstance Win32_ShadowCopy | Where-Object { $_.ID -eq $env:HIKAE_ID } | Remove-CimInstance
}
`;
