/** What `hikae:restic` makes of how restic ends: its exit codes from 0.17 on, its words before, its locks. */

import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { Restic, ResticFailure, type ResticFault } from "../../plugins/lib/restic.ts";
import { type TempDir, tempDir } from "../helpers/cli_helper.ts";

/** A stand-in that says which version it is, and ends every other call in one way. */
function standIn(dir: TempDir, version: string, code: number, said: string): string {
  const program = dir.at("restic");
  Deno.writeTextFileSync(dir.at("said"), said);
  const script = `#!/bin/sh
if [ "$1" = version ]; then echo "restic ${version} compiled with go"; exit 0; fi
cat "${dir.at("said")}" >&2; exit ${code}
`;
  Deno.writeTextFileSync(program, script, { mode: 0o755 });
  return program;
}

function resticOf(
  program: string,
  more: { signal?: AbortSignal; lockWaitMs?: number } = {},
): Restic {
  const signal = more.signal ?? new AbortController().signal;
  return new Restic({ program, env: {}, args: [], host: "here", lockWaitMs: 0, ...more, signal });
}

async function failureOf(restic: Restic): Promise<ResticFailure> {
  return await assertRejects(() => restic.run(["backup"]), ResticFailure);
}

const LOCKED =
  `unable to create lock in backend: repository is already locked by PID 7 on away by me
lock was created at 2026-11-29 10:00:00 (5s ago)
storage ID 0c
`;
const NONE = "Is there a repository at the following location?\nrest:http://x/\n";

/** Version, exit code, what it said; what that is. */
const CASES: [string, number, string, ResticFault, RegExp][] = [
  [
    "0.18.1",
    1,
    "Fatal: unable to save snapshot\n",
    "failed",
    /backup: unable to save snapshot \(1\)/,
  ],
  ["0.18.1", 3, "error: a/b: no\n", "incomplete", /some files could not be read: error: a\/b: no/],
  ["0.18.1", 10, "Fatal: repository does not exist\n", "no repository", /does not exist \(10\)/],
  ["0.18.1", 11, LOCKED, "locked", /locked by PID 7 on away by me, since 2026/],
  ["0.18.1", 12, "Fatal: wrong password or no key found\n", "wrong password", /password is wrong/],
  ["0.18.1", 130, "signal interrupt received\n", "interrupted", /it was interrupted/],
  // it may say what it likes: the code counts
  ["0.18.1", 1, `Fatal: unable to open config file: x does not exist\n${NONE}`, "failed", /\(1\)/],
  ["0.14.0", 1, "Fatal: wrong password or no key found\n", "wrong password", /password is wrong/],
  ["0.14.0", 1, LOCKED, "locked", /locked by PID 7 on away/],
  ["0.14.0", 3, "error: a/b: no\n", "incomplete", /could not be read/],
  ["0.14.0", 130, "signal interrupt received\n", "interrupted", /interrupted/],
  [
    "0.14.0",
    1,
    `Fatal: unable to open config file: <config/> does not exist\n${NONE}`,
    "no repository",
    /unable to open config file/,
  ],
  // a dead server is no place without a repository: nothing is to be made there
  [
    "0.14.0",
    1,
    `Fatal: unable to open config file: dial tcp: connection refused\n${NONE}`,
    "failed",
    /backup: unable to open config file: dial tcp: connection refused \(1\)/,
  ],
  [
    "0.14.0",
    1,
    "blob not removed: 403 Forbidden (403)\nmain.deleteFiles.func2\n\tcmd/restic/delete.go:47\n" +
    "runtime.goexit\n\truntime/asm_amd64.s:1594\n\n",
    "failed",
    /backup: blob not removed: 403 Forbidden \(403\) \(1\)$/,
  ],
];

Deno.test({
  name:
    "restic: each way it ends is told as what it is, by codes from 0.17 on, by its words before",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    using dir = tempDir();
    for (const [version, code, said, fault, words] of CASES) {
      const failure = await failureOf(resticOf(standIn(dir, version, code, said)));
      assertEquals(failure.fault, fault, `${version} ${code}: ${failure.message}`);
      assertMatch(failure.message, words);
    }
  },
});

Deno.test({
  name:
    "restic: the lock that it waited for is told, also when the plugin's own time is over first",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    using dir = tempDir();
    const program = standIn(dir, "0.18.1", 11, LOCKED);
    const over = new AbortController();
    const restic = new Restic({
      program,
      env: {},
      args: [],
      lockWaitMs: 600_000,
      signal: over.signal,
      // asked for when the lock is known
      get host(): string {
        over.abort();
        return "here";
      },
    });
    assertMatch((await failureOf(restic)).message, /locked by PID 7 on away by me/);
  },
});
