/** `hikae serve`. @module */

import { defined } from "../../base/defined.ts";
import { basename } from "@std/path";
import { EXIT, HikaeError } from "../../base/errors.ts";
import { isWithin } from "../../base/relpath.ts";
import type { JobFacts, RestoreAnswer } from "../../base/vault_questions.ts";
import { isUnscoped, permissionSet } from "../../sandbox/permissions.ts";
import { text } from "../../text/text.ts";
import { askChild } from "../child.ts";
import type { Context, RunCommand } from "../command.ts";
import { giveUp } from "../engine.ts";
import { explainThread } from "../explain.ts";
import { dirsOf, indexPlaces } from "../vault/index_places.ts";
import { absolute } from "../vault/places.ts";
import { LookProcess, type LookTask } from "./look_process.ts";
import { type Opener, openFile, writeOpener } from "./open_page.ts";
import { PageServer } from "./page_server.ts";
import { runProgram } from "../plugin/run_program.ts";
import type { FirstPage } from "../../sandbox/serve_wire.ts";
import { type OpensAt, withOriginals } from "./first_page.ts";
import { servedVaults } from "./served.ts";
import { asClicked } from "./clicked.ts";

/** What is served: names for people, and what each look may touch. */
interface Served {
  name: string;
  task: LookTask;
  source: string | undefined;
}

/** Runs the command: serves until Ctrl-C. */
export const run: RunCommand = async (given) => {
  const clicked = given.parsed.has("clicked");
  const { context, opensAt } = await withOriginals(clicked ? asClicked(given) : given);
  const port = portOf(context);
  const served = (await servedVaults(context)).map((vault) => taskOf(context, vault));
  const restoreInto = restorePlace(context, served);
  if (context.parsed.has("explain-permissions")) {
    explain(context, served, port);
    return EXIT.ok;
  }
  const server = new PageServer(port);
  const looks = served.map(({ task }) => new LookProcess(task));
  let opener: Opener | undefined;
  try {
    await server.listen({
      port,
      vaults: served.map(({ name, task }) => ({ name, root: task.root })),
      ...defined({ restoreInto }),
    }, {
      looks,
      jobs: remembered(() => jobsOf(context)),
      restore: (vault, path, at, dryRun) =>
        restore(context, served[vault]?.task.root ?? "", restoreInto, { path, at, dryRun }),
    });
    const first = firstPage(served, opensAt);
    const url = await server.link(first);
    if (context.parsed.has("open")) opener = await open(context, url);
    giveUp(opener === undefined ? ["run"] : ["run", "write"]);
    tell(context, url);
    if (opener === undefined) newLinks(context, server);
    await ended(context.signal);
  } finally {
    opener?.remove();
    server.close();
    for (const look of looks) look.close();
  }
  return EXIT.ok;
};

function firstPage(served: readonly Served[], opensAt: OpensAt | undefined): FirstPage | undefined {
  const vault = served.findIndex(({ task }) => task.root === opensAt?.root);
  if (opensAt === undefined || vault < 0) return undefined;
  return { vault, path: opensAt.path, directory: opensAt.directory };
}

function portOf(context: Context): number {
  const given = context.parsed.get("port");
  if (given === undefined) return 0;
  const port = Number(given);
  if (/^\d{1,5}$/.test(given) && port > 0 && port < 65536) return port;
  throw new HikaeError("usage", text("serve.no-port", { given }), {
    hint: text("serve.no-port-hint"),
  });
}

function taskOf(
  context: Context,
  { name, root, source }: { name: string; root: string; source?: string },
): Served {
  const make = !context.parsed.has("explain-permissions");
  const { places } = indexPlaces(context.env, [root], { make });
  const set = permissionSet("look", { vault: [root], index: dirsOf(places) });
  const unscoped = isUnscoped(set, Deno.build.os === "windows");
  return { name, source, task: { root, ...set, index: places, unscoped } };
}

/** The real path of where files may be brought back: never a vault nor a source. */
function restorePlace(context: Context, served: readonly Served[]): string | undefined {
  const given = context.parsed.get("allow-restore");
  if (given === undefined) return undefined;
  const place = directory(context, given);
  const slashed = (path: string): string => path.replaceAll("\\", "/");
  for (const { task, source } of served) {
    const refused = [task.root, ...(source === undefined ? [] : [source])]
      .find((dir) => isWithin(slashed(place), slashed(dir)));
    if (refused === undefined) continue;
    throw new HikaeError("usage", text("serve.restore-inside", { dir: refused }), {
      path: given,
      hint: text("serve.restore-inside-hint"),
    });
  }
  return place;
}

function directory(context: Context, given: string): string {
  try {
    const place = Deno.realPathSync(absolute(context.cwd, given));
    if (Deno.statSync(place).isDirectory) return place;
  } catch {
    // said below
  }
  throw new HikaeError("usage", text("serve.restore-nowhere"), {
    path: given,
    hint: text("serve.restore-nowhere-hint"),
  });
}

function explain(context: Context, served: readonly Served[], port: number): void {
  explainThread(context, "main", { run: true });
  explainThread(context, "http", { net: [`127.0.0.1:${port}`] });
  for (const { task: { root, read, write, unscoped } } of served) {
    explainThread(context, `look ${root}`, { read, write }, unscoped);
  }
}

function tell(context: Context, url: string): void {
  if (context.json) context.emit({ message_type: "answer", url });
  else context.say(text("serve.at", { url }));
  context.tell(text("serve.how-to-end"));
}

/** Enter gives a new link, where somebody sits at a terminal. */
function newLinks(context: Context, server: PageServer): void {
  if (!Deno.stdin.isTerminal()) return;
  void (async () => {
    for await (const _ of Deno.stdin.readable) tell(context, await server.link());
  })().catch(() => {});
}

async function open(context: Context, url: string): Promise<Opener | undefined> {
  const home = context.env(Deno.build.os === "windows" ? "USERPROFILE" : "HOME");
  if (home === undefined || home === "") return undefined;
  const opener = writeOpener(home, url);
  if (await openFile(context.runProgram ?? runProgram, opener.file)) return opener;
  opener.remove();
  context.tell(text("serve.no-browser"));
  return undefined;
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** How long an answer about jobs is used again, ms. */
const FRESH = 15_000;

/** A question that several pages ask at once is asked once. */
function remembered<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  let asked = 0;
  return () => {
    if (answer === undefined || performance.now() - asked > FRESH) {
      asked = performance.now();
      answer = ask();
    }
    return answer;
  };
}

/** How the jobs stand, as `hikae status` tells it. */
async function jobsOf(context: Context): Promise<JobFacts[]> {
  const config = context.parsed.get("config");
  const flags = config === undefined ? [] : ["--config", absolute(context.cwd, config)];
  const lines = await askChild(context, ["status", ...flags]);
  return lines.flatMap((m) =>
    m.message_type !== "job_status" || typeof m.job !== "string" ? [] : [{
      name: `${m.job}, ${basename(String(m.vault))}`,
      state: String(m.result),
      lastRun: textOf(m.time),
      nextRun: textOf(m.next),
    }]
  );
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value.slice(0, 16).replace("T", " ") : null;
}

/** Brings a path back by a child of hikae, which may write that directory alone. */
async function restore(
  context: Context,
  root: string,
  target: string | undefined,
  { path, at, dryRun }: { path: string; at: string; dryRun: boolean },
): Promise<RestoreAnswer> {
  if (target === undefined) throw new HikaeError("failed", text("serve.only-shows"));
  const what = path === "" ? [] : [`./${path}`];
  const lines = await askChild(context, [
    "restore",
    root,
    ...what,
    "--at",
    at,
    "--to",
    target,
    ...(dryRun ? ["--dry-run"] : []),
  ]);
  const last = lines.findLast((m) => m.message_type === "summary");
  return { lines: lines.flatMap(restoreLine), code: last === undefined ? 1 : 0 };
}

/** What a restore told, in words. */
function restoreLine(m: Record<string, unknown>): string[] {
  if (m.message_type === "change") return [`${m.modifier} ${m.path}`];
  if (m.message_type === "error" || m.message_type === "note") {
    return [`${m.path === undefined ? "" : `${m.path}: `}${m.message}`];
  }
  return [];
}
