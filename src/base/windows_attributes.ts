/**
 * What else belongs to a file on Windows: its streams as `dir /r` lists them, and creation time, owner, access list and
 * what is in small streams as a PowerShell script tells and sets them, a line of plain characters an entry. Pure.
 * @module
 */

import { type AttributeSet, FLAGS, isAttributeName, isBelow, MOST_VALUE } from "./attributes.ts";
import { fromUtf8, utf8 } from "./bytes.ts";

/** When a file was made: 100 ns since 1601, in decimal. */
const CREATED = "windows.created";
/** Its owner and group, as SDDL. */
const OWNER = "windows.owner";
/** The access list, as SDDL, without what a directory above passes on. */
const DACL = "windows.dacl";
/** Names and sizes of its streams, a line each. */
export const STREAMS = "windows.streams";
const STREAM = "windows.stream.";

/** A stream of a file. */
export interface FileStream {
  name: string;
  size: number;
}

/** `dir /r` has a line for each stream below that of its file: size, file, stream. */
const STREAM_LINE = /^ +(\d+) (.+):([^:]+):\$DATA$/;

/** The streams below `root` in what `cmd /u /c dir /a /s /r /-c` printed, by paths with `/`. */
export function streamsOf(bytes: Uint8Array, root: string): Map<string, FileStream[]> {
  const found = new Map<string, Map<string, number>>();
  const above = root.replace(/\\+$/, "");
  // what stands before and behind a path differs by language: the first one that names the root shows it
  let frame: { before: string; behind: string } | undefined;
  let dir: string | undefined;
  for (const line of new TextDecoder("utf-16le").decode(bytes).split(/\r?\n/)) {
    const stream = STREAM_LINE.exec(line);
    if (stream !== null && dir !== undefined) {
      const [, size, file = "", name = ""] = stream;
      const path = file === "." ? dir : dir === "" ? file : `${dir}/${file}`;
      if (file === ".." || path === "" && file !== "." || !isBelow(path)) continue;
      const streams = found.get(path) ?? new Map<string, number>();
      found.set(path, streams.set(name, Number(size)));
      continue;
    }
    frame ??= frameOf(line, above);
    if (frame !== undefined) dir = directoryOf(line, above, frame) ?? dir;
  }
  return new Map([...found].map(([path, all]) => [
    path,
    [...all].map(([name, size]) => ({ name, size })),
  ]));
}

function frameOf(line: string, above: string): { before: string; behind: string } | undefined {
  const at = /^ \S/.test(line) ? line.toLowerCase().indexOf(` ${above.toLowerCase()}`) : -1;
  if (at < 0) return undefined;
  const behind = line.slice(at + 1 + above.length).replace(/^\\/, "");
  return { before: line.slice(0, at + 1), behind };
}

function directoryOf(
  line: string,
  above: string,
  { before, behind }: { before: string; behind: string },
): string | undefined {
  if (!line.startsWith(before) || !line.endsWith(behind)) return undefined;
  const path = line.slice(before.length, line.length - behind.length);
  if (!path.toLowerCase().startsWith(above.toLowerCase())) return undefined;
  const rest = path.slice(above.length);
  return rest === "" || rest.startsWith("\\")
    ? rest.replaceAll("\\", "/").replace(/^\//, "")
    : undefined;
}

const base64 = (text: string): string => utf8(text).toBase64();

/** The text of base64; undefined for what is none. */
function plain(coded: string): string | undefined {
  try {
    return fromUtf8(Uint8Array.fromBase64(coded));
  } catch {
    return undefined;
  }
}

function native(path: string): string {
  if (!isBelow(path)) throw new RangeError(`no path below the root: ${JSON.stringify(path)}`);
  return path.replaceAll("/", "\\");
}

/** The line that asks the script for an entry, and for what is in those of its streams that are small enough. */
export function askLine(path: string, streams: readonly FileStream[]): string {
  const small = streams.filter(({ size }) => size <= MOST_VALUE).map(({ name }) => base64(name));
  return `${[base64(native(path)), ...small].join("|")}\r\n`;
}

/** What a line of the script's answer says. */
export type WindowsAnswer =
  | { path: string; attributes: AttributeSet }
  | { complaint: string }
  | undefined;

/** Reads a line of the answer; undefined for one that makes no sense. */
export function answerOf(line: string): WindowsAnswer {
  const failed = /^([A-Za-z0-9+/=]*)!([A-Za-z0-9+/=]*)$/.exec(line);
  if (failed !== null) {
    const [, path = "", message = ""] = failed;
    return { complaint: `${plain(path) ?? ""}: ${(plain(message) ?? "").replace(/\s+/g, " ")}` };
  }
  const [where = "", created = "", owner = "", dacl = "", ...streams] = line.split("|");
  const path = plain(where)?.replaceAll("\\", "/");
  if (path === undefined || !isBelow(path) || !/^\d{1,19}$/.test(created)) return undefined;
  const attributes: Record<string, string> = { [CREATED]: base64(created) };
  const own = plain(owner);
  if (own !== undefined && /^[OG]:/.test(own)) attributes[OWNER] = owner;
  const list = ownDacl(plain(dacl) ?? "");
  if (list !== undefined) attributes[DACL] = base64(list);
  for (const stream of streams) {
    const [coded = "", content = ""] = stream.split(":");
    const name = plain(coded);
    if (name === undefined || !isAttributeName(STREAM + quoted(name))) return undefined;
    attributes[STREAM + quoted(name)] = content;
  }
  return { path, attributes };
}

/** The value of {@link STREAMS}. */
export function streamList(streams: readonly FileStream[]): string {
  return base64(streams.map(({ name, size }) => `${name}\t${size}`).sort().join("\n"));
}

/**
 * An access list without the entries that a directory above passes on, which it passes on again where the file is
 * restored; undefined where nothing is left that says more.
 */
export function ownDacl(sddl: string): string | undefined {
  const [, flags = "", list = ""] = /^D:([A-Z_]*)((?:\([^()]*\))*)$/.exec(sddl) ?? [];
  // one with conditions, which have brackets of their own, is kept as it is
  if (flags === "" && list === "") return sddl.startsWith("D:(") ? sddl : undefined;
  const own = (list.match(/\([^()]*\)/g) ?? []).filter((ace) =>
    !(ace.split(";")[1] ?? "").match(/../g)?.includes("ID")
  );
  const alone = flags.replace("AI", "").replace("AR", "");
  return own.length === 0 && alone === "" ? undefined : `D:${flags}${own.join("")}`;
}

/** A name in plain characters, as `getfattr` would write it. */
function quoted(name: string): string {
  return Array.from(
    utf8(name),
    (b) =>
      b > 0x20 && b < 0x7f && b !== 0x5c && b !== 0x3d
        ? String.fromCharCode(b)
        : `\\${b.toString(8).padStart(3, "0")}`,
  ).join("");
}

function unquoted(name: string): string {
  const binary = name.replace(
    /\\([0-3][0-7]{2})/g,
    (_, octal) => String.fromCharCode(parseInt(octal, 8)),
  );
  return fromUtf8(Uint8Array.from(binary, (c) => c.charCodeAt(0)));
}

/** The flags as numbers of Windows. */
const FLAG_BITS: Readonly<Record<string, number>> = { h: 2, s: 4, a: 32, i: 8192 };

/** What an entry is to get and to lose. */
export interface WindowsChange {
  set: AttributeSet;
  remove: readonly string[];
}

/** The line that has the script set and remove attributes; undefined where there is nothing that it knows. */
export function setLine(path: string, { set, remove }: WindowsChange): string | undefined {
  const fields = ["", "", "", ""];
  const streams: string[] = [];
  for (const [name, value] of Object.entries(set)) {
    const text = plain(value) ?? "";
    if (name === FLAGS && /^[ahis]*$/.test(text)) fields[0] = bitsOf(text);
    else if (name === CREATED && /^\d{1,19}$/.test(text)) fields[1] = text;
    else if (name === OWNER && /^[OG]:/.test(text)) fields[2] = value;
    else if (name === DACL && /^D:/.test(text)) fields[3] = value;
    else if (name.startsWith(STREAM)) streams.push(`+${streamOf(name)}:${value}`);
  }
  for (const name of remove) {
    if (name === FLAGS) fields[0] = bitsOf("");
    else if (name === DACL) fields[3] = base64("D:AI");
    else if (name.startsWith(STREAM)) streams.push(`-${streamOf(name)}`);
  }
  if (streams.length === 0 && fields.every((f) => f === "")) return undefined;
  return `${[base64(native(path)), ...fields, ...streams].join("|")}\r\n`;
}

function bitsOf(letters: string): string {
  return String([...letters].reduce((bits, letter) => bits | (FLAG_BITS[letter] ?? 0), 0));
}

/** The name of a stream in base64; one that leads elsewhere throws. */
function streamOf(name: string): string {
  const own = unquoted(name.slice(STREAM.length));
  if (!/^[^\\/:\0]{1,255}$/.test(own)) throw new RangeError(`no stream: ${JSON.stringify(own)}`);
  return base64(own);
}

/** What both scripts begin with: a line that says that the program is there, then a line of the input an entry. */
const BEGIN = `$ErrorActionPreference='Stop'
$u=[Text.Encoding]::UTF8
$o=[Console]::Out
function e($s){[Convert]::ToBase64String($u.GetBytes($s))}
function d($s){$u.GetString([Convert]::FromBase64String($s))}
$o.WriteLine('ready')
while($null -ne ($l=[Console]::In.ReadLine())){
$w=$l.Split('|')
try{
$p=d $w[0]
$f=$env:HIKAE_ROOT
if($p){$f=$f.TrimEnd('\\')+'\\'+$p}
$i=if([IO.Directory]::Exists($f)){[IO.DirectoryInfo]$f}else{[IO.FileInfo]$f}
$t=[int]$i.Attributes;
`;

const FINISH = `
}catch{$o.WriteLine($w[0]+'!'+(e $_.Exception.Message))}}`;

/** Answers {@link askLine}: what is a link tells of itself alone when it was made. */
export const READ_SCRIPT = BEGIN + `$r=@($w[0],$i.CreationTimeUtc.ToFileTimeUtc())
if(!($t -band 1024)){
$a=$i.GetAccessControl('Access,Owner,Group')
$r+=e $a.GetSecurityDescriptorSddlForm('Owner,Group')
$r+=e $a.GetSecurityDescriptorSddlForm('Access')
for($k=1;$k -lt $w.Length;$k++){
$b=Get-Content -LiteralPath $f -Stream (d $w[$k]) -Encoding Byte -ReadCount 0
$v=if($null -eq $b){''}else{[Convert]::ToBase64String([byte[]]$b)}
$r+=$w[$k]+':'+$v}}
$o.WriteLine($r -join '|');` + FINISH;

/** Does what {@link setLine} says: streams first, which change the times, then those, flags, owner and list. */
export const WRITE_SCRIPT = BEGIN + `if($t -band 1024){throw 'link'}
$m=$i.LastWriteTimeUtc
if($t -band 1){$i.Attributes=$t -bxor 1}
for($k=5;$k -lt $w.Length;$k++){
$x=$w[$k].Substring(1).Split(':')
if($w[$k][0] -eq '-'){Remove-Item -LiteralPath $f -Stream (d $x[0])}
else{Set-Content -LiteralPath $f -Stream (d $x[0]) -Value ([byte[]][Convert]::FromBase64String($x[1])) -Encoding Byte}}
if($w[2]){$i.CreationTimeUtc=[DateTime]::FromFileTimeUtc([long]$w[2])}
if($w.Length -gt 5){$i.LastWriteTimeUtc=$m}
if($w[1] -ne ''){$t=($t -band (-bnot 8230)) -bor [int]$w[1]}
if($w[1] -ne '' -or $t -band 1){if($t -eq 0){$t=128};$i.Attributes=$t}
if($w[3] -or $w[4]){
$s='';$c=@()
if($w[3]){$s+=d $w[3];$c+='Owner,Group'}
if($w[4]){$s+=d $w[4];$c+='Access'}
$c=$c -join ','
$a=$i.GetAccessControl($c)
$a.SetSecurityDescriptorSddlForm($s,$c)
$i.SetAccessControl($a)};` + FINISH;

/** A script as PowerShell takes it on its command line. */
export function encodedCommand(script: string): string {
  const bytes = new Uint8Array(script.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < script.length; i++) view.setUint16(i * 2, script.charCodeAt(i), true);
  return bytes.toBase64();
}
