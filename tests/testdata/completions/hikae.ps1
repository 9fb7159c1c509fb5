# hikae completions for PowerShell: in $PROFILE write
#   hikae completions powershell | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName @('hikae', 'hikae.exe') -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)

  $table = @{
    '' = @{
      next = @(
        ,@('copy', 'copy: it''s [all] of it')
        ,@('set', 'settings')
      )
      flags = @(
        ,@('--json', 'one JSON object per line on standard output')
        ,@('--quiet', 'only errors and answers')
        ,@('-q', 'only errors and answers')
        ,@('--verbose', 'say more')
        ,@('-v', 'say more')
        ,@('--no-color', 'no colours (also NO_COLOR)')
        ,@('--no-progress', 'print a progress line now and then, not a moving one')
        ,@('--explain-permissions', 'print what each thread may do, and do nothing')
        ,@('--help', 'this help')
        ,@('-h', 'this help')
        ,@('--version', 'version, commit, Deno and target')
        ,@('-V', 'version, commit, Deno and target')
      )
      valued = @()
      choices = @{  }
    }
    'copy' = @{
      next = @()
      flags = @(
        ,@('--from', 'a file: with ''quotes'' [and] brackets')
        ,@('-f', 'a file: with ''quotes'' [and] brackets')
        ,@('--mode', 'how')
        ,@('--note', 'any text')
        ,@('--json', 'one JSON object per line on standard output')
        ,@('--quiet', 'only errors and answers')
        ,@('-q', 'only errors and answers')
        ,@('--verbose', 'say more')
        ,@('-v', 'say more')
        ,@('--no-color', 'no colours (also NO_COLOR)')
        ,@('--no-progress', 'print a progress line now and then, not a moving one')
        ,@('--config', 'the config file')
        ,@('--vault', 'of a job with several vaults, use this one')
        ,@('--explain-permissions', 'print what each thread may do, and do nothing')
        ,@('--lang', 'the language of messages: en, ja (default: that of the system)')
        ,@('--help', 'this help')
        ,@('-h', 'this help')
      )
      valued = @('--from', '-f', '--mode', '--note', '--config', '--vault', '--lang')
      choices = @{ '--mode' = @('fast', 'slow'); '--lang' = @('en', 'ja') }
    }
    'set' = @{
      next = @(
        ,@('show', 'show them')
        ,@('clear-all', 'clear them')
      )
      flags = @(
        ,@('--json', 'one JSON object per line on standard output')
        ,@('--quiet', 'only errors and answers')
        ,@('-q', 'only errors and answers')
        ,@('--verbose', 'say more')
        ,@('-v', 'say more')
        ,@('--no-color', 'no colours (also NO_COLOR)')
        ,@('--no-progress', 'print a progress line now and then, not a moving one')
        ,@('--config', 'the config file')
        ,@('--vault', 'of a job with several vaults, use this one')
        ,@('--explain-permissions', 'print what each thread may do, and do nothing')
        ,@('--lang', 'the language of messages: en, ja (default: that of the system)')
        ,@('--help', 'this help')
        ,@('-h', 'this help')
      )
      valued = @('--config', '--vault', '--lang')
      choices = @{ '--lang' = @('en', 'ja') }
    }
    'set show' = @{
      next = @()
      flags = @(
        ,@('--deep', 'all')
        ,@('--json', 'one JSON object per line on standard output')
        ,@('--quiet', 'only errors and answers')
        ,@('-q', 'only errors and answers')
        ,@('--verbose', 'say more')
        ,@('-v', 'say more')
        ,@('--no-color', 'no colours (also NO_COLOR)')
        ,@('--no-progress', 'print a progress line now and then, not a moving one')
        ,@('--config', 'the config file')
        ,@('--vault', 'of a job with several vaults, use this one')
        ,@('--explain-permissions', 'print what each thread may do, and do nothing')
        ,@('--lang', 'the language of messages: en, ja (default: that of the system)')
        ,@('--help', 'this help')
        ,@('-h', 'this help')
      )
      valued = @('--config', '--vault', '--lang')
      choices = @{ '--lang' = @('en', 'ja') }
    }
    'set clear-all' = @{
      next = @()
      flags = @(
        ,@('--json', 'one JSON object per line on standard output')
        ,@('--quiet', 'only errors and answers')
        ,@('-q', 'only errors and answers')
        ,@('--verbose', 'say more')
        ,@('-v', 'say more')
        ,@('--no-color', 'no colours (also NO_COLOR)')
        ,@('--no-progress', 'print a progress line now and then, not a moving one')
        ,@('--config', 'the config file')
        ,@('--vault', 'of a job with several vaults, use this one')
        ,@('--explain-permissions', 'print what each thread may do, and do nothing')
        ,@('--lang', 'the language of messages: en, ja (default: that of the system)')
        ,@('--help', 'this help')
        ,@('-h', 'this help')
      )
      valued = @('--config', '--vault', '--lang')
      choices = @{ '--lang' = @('en', 'ja') }
    }
  }

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
      $text = if ($pair[0] -match '[^\w./:-]') { "'" + $pair[0].Replace("'", "''") + "'" } else { $pair[0] }
      [Management.Automation.CompletionResult]::new($text, $pair[0], $kind, $pair[1])
    }
  }
}
