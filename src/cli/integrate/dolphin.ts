/** Dolphin: a service menu. Pure. @module */

import { type Manager, MARK, written } from "./manager.ts";
import { escapeKeyFile } from "./key_file.ts";

/** Dolphin. */
export const dolphin: Manager = {
  name: "dolphin",
  title: "Dolphin",
  os: "linux",
  program: "dolphin",
  add: ({ label, command, data }) => [
    // one that is not executable counts as not trusted
    written(fileOf(data), menu(label, command), true),
  ],
  remove: ({ data }) => [{ kind: "remove", path: fileOf(data) }],
};

function fileOf(data: string): string {
  return `${data}/kio/servicemenus/hikae-versions.desktop`;
}

function menu(label: string, command: readonly string[]): string {
  return `# ${MARK}
[Desktop Entry]
Type=Service
X-KDE-ServiceTypes=KonqPopupMenu/Plugin
MimeType=all/allfiles;inode/directory;
Actions=hikaeVersions;
X-KDE-Priority=TopLevel
X-KDE-RequiredNumberOfUrls=1
X-KDE-Protocols=file

[Desktop Action hikaeVersions]
Name=${escapeKeyFile(label)}
Icon=document-open-recent
Exec=${escapeKeyFile(`${command.map(quoteExec).join(" ")} %f`)}
`;
}

/** A word of `Exec`, as the specification of desktop entries has it. */
function quoteExec(word: string): string {
  if (/^[A-Za-z0-9_@+=:,./-]+$/.test(word)) return word;
  return `"${word.replace(/["`$\\]/g, "\\$&")}"`;
}
