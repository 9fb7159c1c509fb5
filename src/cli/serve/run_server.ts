/** A server from its start to its end. @module */

import { defined } from "../../base/defined.ts";
import { EXIT } from "../../base/errors.ts";
import type { FirstPage, ServedVault } from "../../base/vault_questions.ts";
import { text } from "../../text/text.ts";
import type { Context } from "../command.ts";
import { giveUp } from "../give_up.ts";
import type { ClickPlace } from "./click_place.ts";
import type { OpensAt } from "./first_page.ts";
import { Idle } from "./idle.ts";
import { jobsOf, logOf, remembered } from "./jobs_now.ts";
import { LookProcess } from "./look_process.ts";
import type { LookTask } from "./look_task.ts";
import { type OpenerFile, openerPage, openFile, writeOpener } from "./open_page.ts";
import { PageServer } from "./page_server.ts";
import { oneByOne, restore, type RestoreWish } from "./restore_here.ts";
import { Setup } from "./setup.ts";
import type { Served } from "./served_task.ts";

/** What a server serves, and how. */
export interface ServerPlan {
  served: readonly Served[];
  opensAt?: OpensAt;
  /** 0 for any free one. */
  port: number;
  /** The thread that listens, if it was started already. */
  server?: PageServer;
  restoreInto?: string;
  /** A first set-up is offered. */
  setup?: boolean;
  /** A click started it: where the next click finds it, and how long it waits for one, ms. */
  clicked?: { place?: ClickPlace; idle: number };
}

/** Serves until Ctrl-C; what a click started also until nobody asks it any more. */
export async function runServer(context: Context, plan: ServerPlan): Promise<number> {
  const { served, clicked } = plan;
  const server = plan.server ?? new PageServer(plan.port);
  const idle = new Idle(clicked?.idle);
  const looks = served.map(({ task }) => new LookProcess(task));
  let opener: OpenerFile | undefined;
  try {
    await listen(context, server, plan, { looks, idle });
    const url = await server.link(firstPage(plan));
    if (context.parsed.has("open")) opener = await open(context, url);
    if (opener === undefined && clicked !== undefined) return EXIT.failed;
    giveUp(opener === undefined ? ["run"] : ["run", "write"]);
    if (clicked === undefined) tell(context, url);
    else context.tell(text("serve.clicked"));
    // also after --open: the link is used then, and the page says to press Enter here
    if (clicked === undefined) newLinks(context, server);
    await Promise.race([ended(context.signal), idle.over]);
  } finally {
    clicked?.place?.remove();
    idle.close();
    opener?.remove();
    server.close();
    for (const look of looks) look.close();
  }
  return EXIT.ok;
}

async function listen(
  context: Context,
  server: PageServer,
  { served, port, restoreInto, setup, clicked }: ServerPlan,
  { looks, idle }: { looks: LookProcess[]; idle: Idle },
): Promise<void> {
  const vaults = served.map(({ name, task }) => servedVault(name, task));
  const secret = crypto.getRandomValues(new Uint8Array(32)).toHex();
  const click = clicked?.place === undefined ? undefined : secret;
  // the vaults of a set-up come after those of the start
  const added = (name: string, task: LookTask): number => {
    server.addVault(servedVault(name, task));
    roots.push(task.root);
    return looks.push(new LookProcess(task)) - 1;
  };
  const roots = served.map(({ task }) => task.root);
  const bring = oneByOne(({ vault, ...wish }: RestoreWish & { vault: number }) =>
    restore(context, roots[vault] ?? "", restoreInto, wish)
  );
  const start = { port, vaults, ...defined({ restoreInto, setup, click }) };
  const listening = await server.listen(start, {
    looks,
    ...defined({ setup: setup === true ? new Setup(context, added) : undefined }),
    jobs: remembered(() => jobsOf(context)),
    log: (job) => logOf(context, job),
    restore: (vault, path, at, dryRun) => bring({ vault, path, at, dryRun }),
    heard: () => idle.heard(),
  });
  clicked?.place?.write({ port: listening, secret });
}

function servedVault(name: string, { root, unscoped }: LookTask): ServedVault {
  return { name, root, share: unscoped };
}

function firstPage({ served, opensAt }: ServerPlan): FirstPage | undefined {
  const vault = served.findIndex(({ task }) => task.root === opensAt?.root);
  if (opensAt === undefined || vault < 0) return undefined;
  return { vault, path: opensAt.path, directory: opensAt.directory };
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

async function open(context: Context, url: string): Promise<OpenerFile | undefined> {
  const home = context.env(Deno.build.os === "windows" ? "USERPROFILE" : "HOME");
  if (home === undefined || home === "") return undefined;
  const opener = writeOpener(home, openerPage(url));
  if (await openFile(context, opener.file)) return opener;
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
