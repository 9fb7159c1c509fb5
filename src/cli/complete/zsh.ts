/** Completions for zsh. @module */

import { type CommandRow, type RowFlag, spellings } from "./model.ts";

/** The script that `hikae completions zsh` prints. */
export function zshScript(rows: readonly CommandRow[]): string {
  return [
    "#compdef hikae",
    "# hikae completions for zsh: keep it as _hikae in a directory of $fpath,",
    "# or source <(hikae completions zsh) after compinit",
    "",
    ...ASK,
    ...rows.flatMap((row) => functionOf(row)),
    // autoloaded, the file is the function's body; sourced, it only announces it
    'if [ "$funcstack[1]" = _hikae ]; then',
    '  _hikae "$@"',
    "else",
    "  compdef _hikae hikae",
    "fi",
    "",
  ].join("\n");
}

/** Files, and jobs, stamps and paths in a vault from hikae itself; the line as it was before functions cut it down. */
const ASK = [
  "_hikae_ask() {",
  '  local -a found=(${(f)"$(hikae __complete "${_hikae_line[@]}" 2>/dev/null)"})',
  "  local ret=1",
  "  (( ${#found} )) && compadd -f -a found && ret=0",
  "  _files && ret=0",
  "  return ret",
  "}",
  "",
];

/** A command's function; one with subcommands hands the rest of the line on. */
function functionOf(row: CommandRow): string[] {
  const flags = row.flags.flatMap(flagSpecs).map((spec) => `    ${quote(spec)}`);
  if (row.next.length === 0) {
    const rest = row.asks ? ["'*:argument:_hikae_ask'"] : row.files ? [quote("*:file:_files")] : [];
    return [
      `${nameOf(row.path)}() {`,
      ["  _arguments -s -S", ...flags, ...rest.map((r) => `    ${r}`)].join(" \\\n"),
      "}",
      "",
    ];
  }
  return [
    `${nameOf(row.path)}() {`,
    ...(row.path === "" ? ['  local -a _hikae_line=("${(@)words[2,CURRENT]}")'] : []),
    "  local curcontext=$curcontext state line ret=1",
    "  typeset -A opt_args",
    [
      // flags after the next command are that command's
      "  _arguments -C -s -S -A '-*'",
      ...flags,
      `    ${quote("1: :->next")}`,
      `    ${quote("*:: :->rest")} && ret=0`,
    ].join(" \\\n"),
    "  case $state in",
    "    next)",
    "      local -a names=(",
    ...row.next.map((n) => `        ${quote(`${n.name}:${n.summary}`)}`),
    "      )",
    `      _describe -t commands ${quote("command")} names && ret=0`,
    ...(row.files ? ["      _files && ret=0"] : []),
    "      ;;",
    "    rest)",
    "      case $words[1] in",
    ...row.next.map((n) =>
      `        ${n.name}) ${nameOf(`${row.path} ${n.name}`.trim())} && ret=0 ;;`
    ),
    ...(row.files ? ["        *) _files && ret=0 ;;"] : []),
    "      esac",
    "      ;;",
    "  esac",
    "  return ret",
    "}",
    "",
  ];
}

function nameOf(path: string): string {
  return `_hikae${path === "" ? "" : `_${path.replaceAll(/[ -]/g, "_")}`}`;
}

/** `(-q --quiet)-q[help]` for each spelling, with the value after it. */
function flagSpecs(flag: RowFlag): string[] {
  const names = spellings(flag);
  const help = flag.help.replaceAll(/[[\]\\:]/g, "\\$&");
  const value = flag.value === undefined
    ? ""
    : `:${flag.value.replaceAll(":", "\\:")}:${action(flag)}`;
  const once = flag.many ? "*" : `(${names.join(" ")})`;
  return names.map((name) => {
    // a long flag takes its value after = too
    const equals = flag.value !== undefined && name.startsWith("--") ? "=" : "";
    return `${once}${name}${equals}[${help}]${value}`;
  });
}

function action(flag: RowFlag): string {
  if (flag.kind === "path") return "_files";
  return flag.kind === "choice" ? `(${flag.choices.join(" ")})` : " ";
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
