/** The line that the system's own log gets of a failed run. Pure. @module */

/** A program and what it is started with. */
export interface EventProgram {
  program: string;
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
}

/**
 * The program that writes the line, where that takes no rights: Windows' event log under the source
 * `Application`, which every Windows has; syslog elsewhere. Under systemd the run's own output is in the journal.
 */
export function eventProgram(os: string, line: string, journal: boolean): EventProgram | undefined {
  if (os === "windows") {
    const script = "[Diagnostics.EventLog]::WriteEntry('Application', $env:HIKAE_TEXT, 'Error', 1)";
    return {
      program: "powershell",
      args: ["-NoProfile", "-NonInteractive", "-Command", script],
      env: { HIKAE_TEXT: line.slice(0, 8000) },
    };
  }
  if (journal) return undefined;
  return { program: "logger", args: ["-t", "hikae", "-p", "user.err", "--", line] };
}
