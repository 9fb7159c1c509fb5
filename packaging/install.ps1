# Installs hikae for the user who runs it: no administrator, nothing outside one directory and the user's Path.
#
#   irm @BASE_URL@/install.ps1 | iex
#   powershell -ExecutionPolicy Bypass -File install.ps1 [-Dir DIR] [-BaseUrl URL] [-NoPath]
#
# -Dir DIR      where the program goes (HIKAE_INSTALL_DIR, else %LOCALAPPDATA%\Programs\hikae)
# -BaseUrl URL  where the release lies (HIKAE_BASE_URL)
# -NoPath       leave the user's Path alone
#
# The download is checked against the release's SHA256SUMS before anything is replaced.
# Works in Windows PowerShell 5.1 and PowerShell 7.
param([string]$Dir, [string]$BaseUrl, [switch]$NoPath)

function Install-Hikae([string]$Dir, [string]$BaseUrl, [bool]$NoPath) {
  $ErrorActionPreference = 'Stop'
  # with a progress bar Windows PowerShell downloads many times slower
  $ProgressPreference = 'SilentlyContinue'
  [Net.ServicePointManager]::SecurityProtocol =
    [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12

  if (-not $BaseUrl) { $BaseUrl = $env:HIKAE_BASE_URL }
  if (-not $BaseUrl) { $BaseUrl = '@BASE_URL@' }
  if ($BaseUrl -notmatch '^https?://') {
    throw 'install hikae: where the release lies is not known; name it with -BaseUrl URL'
  }
  $BaseUrl = $BaseUrl.TrimEnd('/')
  if (-not $Dir) { $Dir = $env:HIKAE_INSTALL_DIR }
  if (-not $Dir) { $Dir = Join-Path $env:LOCALAPPDATA 'Programs\hikae' }
  if (-not [Environment]::Is64BitOperatingSystem) {
    throw 'install hikae: there is no binary for 32-bit Windows'
  }

  # Windows on ARM runs this one too
  $name = 'hikae-x86_64-pc-windows-msvc.exe'
  $work = Join-Path ([IO.Path]::GetTempPath()) ('hikae-' + [Guid]::NewGuid())
  New-Item -ItemType Directory -Path $work | Out-Null
  try {
    $sums = Join-Path $work 'SHA256SUMS'
    Invoke-WebRequest -UseBasicParsing -Uri "$BaseUrl/SHA256SUMS" -OutFile $sums
    $want = $null
    foreach ($line in Get-Content -LiteralPath $sums) {
      if ($line -match '^([0-9a-fA-F]{64}) [ *](.+)$' -and $Matches[2] -eq $name) {
        $want = $Matches[1]
      }
    }
    if (-not $want) { throw "install hikae: $BaseUrl has no checksum of $name" }

    Write-Host "downloading $BaseUrl/$name"
    $new = Join-Path $work 'hikae.exe'
    Invoke-WebRequest -UseBasicParsing -Uri "$BaseUrl/$name" -OutFile $new
    $have = (Get-FileHash -Algorithm SHA256 -LiteralPath $new).Hash
    if ($have -ne $want) {
      throw "install hikae: the download is not what SHA256SUMS says ($have); nothing was installed"
    }
    $version = & $new --version
    if ($LASTEXITCODE -ne 0) {
      throw 'install hikae: the program does not start here; nothing was installed'
    }

    New-Item -ItemType Directory -Force -Path $Dir | Out-Null
    $program = Join-Path $Dir 'hikae.exe'
    $old = Join-Path $Dir 'hikae.old.exe'
    if (Test-Path -LiteralPath $program) {
      # a program that runs can be renamed, not replaced; it is removed by the next install
      if (Test-Path -LiteralPath $old) { Remove-Item -Force -LiteralPath $old }
      Move-Item -LiteralPath $program -Destination $old
    }
    try {
      Move-Item -LiteralPath $new -Destination $program
    } catch {
      if (Test-Path -LiteralPath $old) { Move-Item -LiteralPath $old -Destination $program }
      throw
    }
    if (Test-Path -LiteralPath $old) {
      Remove-Item -Force -LiteralPath $old -ErrorAction SilentlyContinue
    }
    Write-Host "installed $version as $program"
  } finally {
    Remove-Item -Recurse -Force -LiteralPath $work -ErrorAction SilentlyContinue
  }

  if (-not $NoPath) { Add-ToUserPath $Dir }
  Write-Host 'completions: hikae completions --help'
}

function Add-ToUserPath([string]$Dir) {
  # read and written as it is: %VARIABLES% in it stay variables
  $key = [Microsoft.Win32.Registry]::CurrentUser.OpenSubKey('Environment', $true)
  try {
    $keep = [Microsoft.Win32.RegistryValueOptions]::DoNotExpandEnvironmentNames
    $path = [string]$key.GetValue('Path', '', $keep)
    if (($path -split ';') -contains $Dir) { return }
    $longer = (@($path.TrimEnd(';'), $Dir) | Where-Object { $_ }) -join ';'
    $key.SetValue('Path', $longer, [Microsoft.Win32.RegistryValueKind]::ExpandString)
  } finally {
    $key.Close()
  }
  # tells running programs that the environment changed
  [Environment]::SetEnvironmentVariable('HIKAE_INSTALL_NOTICE', $null, 'User')
  $env:Path = "$env:Path;$Dir"
  Write-Host "added $Dir to your Path; new consoles have it"
}

# last, so that half a download does nothing
Install-Hikae -Dir $Dir -BaseUrl $BaseUrl -NoPath $NoPath.IsPresent
