/** The texts that `plugin new` writes. @module */

import { basename } from "@std/path";

/** The file of types beside a plugin. */
export const TYPES_FILE = "hikae_plugin.d.ts";

/** A plugin with every hook; `file` gives its name. */
export function starterPlugin(file: string): string {
  const name = basename(file).replace(/\.[a-z]+$/, "").replace(/[^A-Za-z0-9-]+/g, "-");
  return STARTER.replace('"my-plugin"', JSON.stringify(name || "my-plugin"));
}

/** A shipped plugin, with its import of the types turned to the file beside it. */
export function fromShipped(text: string): string {
  return text.replaceAll(/"(?:\.\.\/)+src\/plugins\/api\.ts"/g, `"./${TYPES_FILE}"`);
}

/** The types as a declaration file. */
export function typesText(api: string): string {
  return `// Written by \`hikae plugin new\`: the types of hikae's plugins. Not needed to run one.\n${api}`;
}

const STARTER = `/** What this plugin is for. */

import type { Plugin } from "./hikae_plugin.d.ts";

/** The plugin's options, as they stand in its config entry. */
interface Options {
  /** Names that end like this are left out. */
  suffix?: string;
}

export default {
  name: "my-plugin",
  version: "1.0.0",
  description: "what it does, in one line",
  options: { suffix: "names that end like this are left out (default .bak)" },

  // What it needs. The config entry has to grant it: "allow": { "net": ["example.com"] }
  permissions: {},

  // Before a run reads anything: { skip: "why" }, { hold: "why" }, { exclude: ["*.tmp"] }
  preBackup(run, host) {
    host.log("debug", \`about to back up \${run.source}\`);
  },

  // Names and sizes, many directories at a time: for each directory, the indexes or names to leave out.
  filter(batch, run) {
    const suffix = run.options.suffix ?? ".bak";
    const leaveOut = batch.map(({ entries }) =>
      entries.filter((entry) => entry.name.endsWith(suffix)).map((entry) => entry.name)
    );
    return { leaveOut };
  },

  // After a run, failed or not.
  postBackup(result, host) {
    for (const s of result.summaries) {
      host.log("info", \`\${s.vault}: \${s.files_new} new, \${s.files_changed} changed, \${s.errors} errors\`);
    }
  },

  // Before a cleanup removes anything: { protect: [entry.id, "path/that/stays"] }
  preCleanup(plan) {
    const dear = plan.entries.filter((entry) => entry.path.startsWith("dear/"));
    return { protect: dear.map((entry) => entry.id) };
  },

  // After a cleanup.
  postCleanup(result, host) {
    host.log("debug", \`\${result.versionsRemoved} versions went\`);
  },

  // When a run failed as a whole.
  onError(failure, host) {
    host.log("warn", failure.problem.message);
  },
} satisfies Plugin<Options>;
`;
