/** What the hostile plugins share: each tries its deeds and tells how each went. */
import type { Host, RunContext } from "../../../src/plugins/api.ts";

/** Options of the hostile plugins. */
export interface Target {
  /** A directory outside of everything granted, with `secret.txt`, `secret.json` and `secret.ts`. */
  secret: string;
  /** A server that is granted, one that is not, as `http://host:port`. */
  granted: string;
  denied: string;
  /** Which of several things to do. */
  kind: string;
}

/** The run as the hostile plugins get it. */
export type Run = RunContext<Target>;

/** Everything, without types: what hostile code reaches for is not in the types. */
// deno-lint-ignore no-explicit-any
export const all: any = globalThis;

/** Tries each deed: a result is a `DEED` line, an error a `refused` line. */
export async function attempt(
  host: Host,
  deeds: Record<string, () => unknown>,
): Promise<undefined> {
  for (const [name, deed] of Object.entries(deeds)) {
    try {
      const value = await deed();
      host.log("error", `DEED ${name}: ${show(value)}`);
    } catch (error) {
      host.log("info", `refused ${name}: ${error}`);
    }
  }
}

/** The file URL of a file of the secret directory. */
export function urlOf(run: Run, name: string): string {
  const path = run.options.secret.replaceAll("\\", "/");
  return `file://${path.startsWith("/") ? "" : "/"}${path}/${name}`;
}

function show(value: unknown): string {
  try {
    return typeof value === "string" ? value : JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}
