/** Completions for bash 3.2 (that of macOS) and later; needs no bash-completion. @module */

import { type CommandRow, type RowFlag, spellings, valued } from "./model.ts";

/** The script that `hikae completions bash` prints. */
export function bashScript(rows: readonly CommandRow[]): string {
  return [
    "# hikae completions for bash: source <(hikae completions bash), or keep it as",
    "# ~/.local/share/bash-completion/completions/hikae",
    "",
    ...facts(rows),
    ...BODY,
    "",
  ].join("\n");
}

/** What the table says, as one `case` each. */
function facts(rows: readonly CommandRow[]): string[] {
  const nested = rows.filter((r) => r.next.length > 0);
  return [
    "# what may follow a command",
    "_hikae_next() {",
    '  case "$1" in',
    ...nested.map((r) =>
      `    ${quote(r.path)}) echo ${quote(r.next.map((n) => n.name).join(" "))} ;;`
    ),
    "  esac",
    "}",
    "# its flags",
    "_hikae_flags() {",
    '  case "$1" in',
    ...rows.map((r) =>
      `    ${quote(r.path)}) echo ${quote(r.flags.flatMap(spellings).join(" "))} ;;`
    ),
    "  esac",
    "}",
    "# those of them that take the next word",
    "_hikae_valued() {",
    '  case "$1" in',
    ...rows.filter((r) => valued(r).length > 0).map((r) =>
      `    ${quote(r.path)}) echo ${quote(` ${valued(r).join(" ")} `)} ;;`
    ),
    "  esac",
    "}",
    "# what a flag takes: words, or <path>",
    "_hikae_values() {",
    '  case "$1 $2" in',
    ...rows.flatMap((r) => r.flags.filter((f) => f.kind !== "free").flatMap((f) => value(r, f))),
    "  esac",
    "}",
    "# succeeds for a command whose arguments are files",
    "_hikae_files() {",
    '  case "$1" in',
    `    ${rows.filter((r) => r.files).map((r) => quote(r.path)).join(" | ")}) return 0 ;;`,
    "  esac",
    "  return 1",
    "}",
  ];
}

function value(row: CommandRow, flag: RowFlag): string[] {
  const words = flag.kind === "path" ? "<path>" : flag.choices.join(" ");
  const names = spellings(flag).map((name) => quote(`${row.path} ${name}`));
  return [`    ${names.join(" | ")}) echo ${quote(words)} ;;`];
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

const BODY = `_hikae() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev='' path='' word skip='' i
  [ "$COMP_CWORD" -gt 0 ] && prev=\${COMP_WORDS[COMP_CWORD - 1]}
  # bash cuts --flag=value into three words
  if [ "$cur" = = ]; then cur=''
  elif [ "$prev" = = ] && [ "$COMP_CWORD" -gt 1 ]; then prev=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [ -n "$skip" ]; then skip=''; continue; fi
    case "$word" in
      -*) case "$(_hikae_valued "$path")" in *" $word "*) skip=1 ;; esac ;;
      *) case " $(_hikae_next "$path") " in *" $word "*) path="\${path:+$path }$word" ;; esac ;;
    esac
  done
  COMPREPLY=()
  local words='' values=''
  case "$prev" in -*) values=$(_hikae_values "$path" "$prev") ;; esac
  case "$(_hikae_valued "$path")" in
    *" $prev "*) [ -n "$values" ] || { _hikae_ask "$cur"; return 0; } ;;
  esac
  case "$cur" in -*) [ -n "$values" ] || words=$(_hikae_flags "$path") ;; esac
  if [ "$values" = '<path>' ]; then
    _hikae_paths "$cur"
  elif [ -n "$values$words" ]; then
    COMPREPLY=($(compgen -W "$values$words" -- "$cur"))
  else
    COMPREPLY=($(compgen -W "$(_hikae_next "$path")" -- "$cur"))
    if [ "\${#COMPREPLY[@]}" -eq 0 ] && _hikae_files "$path"; then _hikae_paths "$cur"; fi
    _hikae_ask "$cur"
  fi
}
# jobs, stamps and paths in a vault, from hikae itself; they are names, and nothing of them is expanded
_hikae_ask() {
  local line
  while IFS= read -r line; do
    case "$line" in "$1"*) COMPREPLY+=("$line") ;; esac
    type compopt >/dev/null 2>&1 && compopt -o filenames 2>/dev/null
  done < <(hikae __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
_hikae_paths() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -f -- "$1"))
  # quoting of spaces, and a slash after directories
  type compopt >/dev/null 2>&1 && compopt -o filenames
  return 0
}
complete -o bashdefault -F _hikae hikae`.split("\n");
