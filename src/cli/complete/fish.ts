/** Completions for fish. @module */

import { type CommandRow, type RowFlag, valued } from "./model.ts";

/** The script that `hikae completions fish` prints. */
export function fishScript(rows: readonly CommandRow[]): string {
  return [
    "# hikae completions for fish: hikae completions fish > ~/.config/fish/completions/hikae.fish",
    "",
    "# prints the command that the line has so far",
    "function __hikae_path",
    "    set -l at ''",
    "    set -l skip 0",
    "    for word in (commandline -opc)[2..-1]",
    "        if test $skip = 1",
    "            set skip 0",
    "            continue",
    "        end",
    "        switch $at/$word",
    ...rows.filter((r) => valued(r).length > 0).map((r) =>
      `            case ${valued(r).map((flag) => quote(`${r.path}/${flag}`)).join(" ")}\n` +
      "                set skip 1"
    ),
    ...rows.flatMap((r) =>
      r.next.map((n) => {
        const path = r.path === "" ? n.name : `${r.path} ${n.name}`;
        return `            case ${quote(`${r.path}/${n.name}`)}\n                set at ${
          quote(path)
        }`;
      })
    ),
    "        end",
    "    end",
    "    echo $at",
    "end",
    "",
    "function __hikae_at",
    '    test (__hikae_path) = "$argv[1]"',
    "end",
    "",
    "# jobs, stamps and paths in a vault, from hikae itself",
    "function __hikae_ask",
    "    command -q hikae",
    "    and hikae __complete (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null",
    "end",
    "",
    "complete -c hikae -e",
    "complete -c hikae -f",
    "complete -c hikae -a '(__hikae_ask)'",
    ...rows.flatMap(rowLines),
    "",
  ].join("\n");
}

function rowLines(row: CommandRow): string[] {
  const at = `complete -c hikae -n ${quote(`__hikae_at '${row.path}'`)}`;
  return [
    ...row.next.map((n) => `${at} -a ${quote(n.name)} -d ${quote(n.summary)}`),
    ...(row.files ? [`${at} -F`] : []),
    ...row.flags.map((f) => `${at} ${flagWords(f)} -d ${quote(f.help)}`),
  ];
}

function flagWords(flag: RowFlag): string {
  const short = flag.short === undefined ? "" : `-s ${flag.short} `;
  const takes = flag.value === undefined
    ? ""
    : flag.kind === "path"
    ? " -r -F"
    : flag.kind === "choice"
    ? ` -x -a ${quote(flag.choices.join(" "))}`
    : " -x";
  return `${short}-l ${flag.name}${takes}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
