/** Completions for Windows PowerShell 5.1 and PowerShell 7. @module */

import { type CommandRow, spellings, valued } from "./model.ts";

/** The script that `hikae completions powershell` prints. */
export function powershellScript(rows: readonly CommandRow[]): string {
  return [
    "# hikae completions for PowerShell: in $PROFILE write",
    "#   hikae completions powershell | Out-String | Invoke-Expression",
    "",
    "Register-ArgumentCompleter -Native -CommandName @('hikae', 'hikae.exe') -ScriptBlock {",
    "  param($wordToComplete, $commandAst, $cursorPosition)",
    "",
    "  $table = @{",
    ...rows.flatMap(rowLines),
    "  }",
    ...BODY,
    "}",
    "",
  ].join("\n");
}

function rowLines(row: CommandRow): string[] {
  const values = row.flags.filter((f) => f.choices.length > 0).flatMap((f) =>
    spellings(f).map((name) => `${quote(name)} = @(${f.choices.map(quote).join(", ")})`)
  );
  return [
    `    ${quote(row.path)} = @{`,
    `      next = @(${list(row.next.map((n) => [n.name, n.summary]))})`,
    `      flags = @(${
      list(row.flags.flatMap((f) => spellings(f).map((name) => [name, f.help])))
    })`,
    `      valued = @(${valued(row).map(quote).join(", ")})`,
    `      choices = @{ ${values.join("; ")} }`,
    "    }",
  ];
}

/** Pairs; the comma before each keeps a list of one pair a list of pairs. */
function list(pairs: readonly (readonly string[])[]): string {
  return pairs.map((pair) => `\n        ,@(${pair.map(quote).join(", ")})`).join("") +
    (pairs.length === 0 ? "" : "\n      ");
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

// Where it offers nothing, PowerShell completes files by itself.
const BODY = `
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
    Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
    ForEach-Object { $_.ToString() })
  $path = ''
  $skip = $false
  $last = ''
  foreach ($word in $words) {
    $last = $word
    if ($skip) { $skip = $false; continue }
    $row = $table[$path]
    if ($word.StartsWith('-')) { $skip = $row.valued -ccontains $word; continue }
    foreach ($pair in $row.next) {
      if ($pair[0] -ceq $word) { $path = "$path $word".Trim(); break }
    }
  }
  $row = $table[$path]

  $offers = @()
  if ($skip) {
    if ($row.choices.ContainsKey($last)) {
      $offers = @($row.choices[$last] | ForEach-Object { ,@($_, $_) })
    }
  } elseif ($wordToComplete.StartsWith('-')) {
    $offers = $row.flags
  } else {
    $offers = $row.next
  }
  # jobs, stamps and paths in a vault, from hikae itself; Windows PowerShell drops an empty argument
  if (-not $wordToComplete.StartsWith('-')) {
    $asked = @($words) + @($(if ($wordToComplete -eq '') { '""' } else { $wordToComplete }))
    foreach ($line in @(& hikae __complete @asked 2>$null)) { $offers += ,@($line, $line) }
  }
  foreach ($pair in $offers) {
    if ($pair[0].StartsWith($wordToComplete, [StringComparison]::Ordinal)) {
      $kind = if ($pair[0].StartsWith('-')) { 'ParameterName' } else { 'ParameterValue' }
      $text = if ($pair[0] -match '[^\\w./:-]') { "'" + $pair[0].Replace("'", "''") + "'" } else { $pair[0] }
      [Management.Automation.CompletionResult]::new($text, $pair[0], $kind, $pair[1])
    }
  }`.split("\n");
