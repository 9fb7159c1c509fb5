/** Compares what a binary holds with what it should: a mistake here is found before a release, not by a user. @module */

import {
  MEMORY_FLAGS,
  PROGRAM_KINDS,
  programKinds,
} from "../../src/sandbox/program_permissions.ts";
import type { Baked } from "./baked.ts";

/** What a binary should hold. */
export interface Expected {
  windows: boolean;
  files: readonly string[];
  unstable: readonly string[];
}

/** What is wrong with it, one line each; none when all is right. */
export function wrongIn(baked: Baked, expected: Expected): string[] {
  const { metadata } = baked;
  const wrong = [...wrongFiles(baked.files, expected.files)];
  const want = (what: string, have: unknown, should: unknown): void => {
    const [h, s] = [JSON.stringify(have), JSON.stringify(should)];
    if (h !== s) wrong.push(`${what} is ${h}, should be ${s}`);
  };
  want("prompt", metadata.permissions.prompt, false);
  want("code cache", metadata.code_cache_key, null);
  want("entry", metadata.entrypoint_key, "main.ts");
  want("arguments", metadata.argv, []);
  want("environment", metadata.env_vars_from_env_file, {});
  // before them stand Deno's own
  const flags = metadata.v8_flags.slice(-MEMORY_FLAGS.length).map((f) => `--v8-flags=${f}`);
  want("V8 flags", flags, MEMORY_FLAGS);
  want("unstable features", metadata.unstable_config.features, expected.unstable);
  const granted = expected.windows ? [...PROGRAM_KINDS, "ffi", "import"] : programKinds();
  for (const kind of [...PROGRAM_KINDS, "ffi"]) {
    want(`allow_${kind}`, metadata.permissions[`allow_${kind}`], grantedAs(granted.includes(kind)));
    want(`deny_${kind}`, metadata.permissions[`deny_${kind}`], null);
  }
  // Deno allows imports from its usual hosts unasked; only a denial of all takes that back
  want("deny_import", metadata.permissions.deny_import, expected.windows ? null : []);
  return wrong;
}

function grantedAs(granted: boolean): string[] | null {
  return granted ? [] : null;
}

function wrongFiles(have: readonly string[], should: readonly string[]): string[] {
  return [
    ...should.filter((f) => !have.includes(f)).map((f) => `${f} is not embedded`),
    ...have.filter((f) => !should.includes(f)).map((f) => `${f} is embedded, and nothing needs it`),
  ];
}
