/** What a server consists of, and its answers where there is nothing to show. @module */

import { systemText } from "../base/system_text.ts";
import { HikaeError } from "../base/errors.ts";
import { text } from "../text/text.ts";
import type { Zipping } from "./zip.ts";
import type { SetupChoices, SetupPlan, SetupState, SetupWords } from "../base/setup.ts";
import type { JobFacts, RestoreAnswer } from "../base/vault_questions.ts";
import type { Gate } from "./gate.ts";
import { type Html, html } from "./html.ts";
import { page, plain } from "./http.ts";
import type { Site } from "./pages/frame.ts";
import { failedPage } from "./pages/small.ts";

/** A first set-up on the page. */
export interface SetupDoings {
  choices(): Promise<SetupChoices>;
  plan(words: SetupWords): Promise<SetupPlan>;
  begin(words: SetupWords): Promise<SetupState>;
  state(): Promise<SetupState>;
}

/** What the pages ask for besides vaults. */
export interface Doings {
  jobs(): Promise<JobFacts[]>;
  /** What the last run of a job said; undefined where no log is. */
  log(job: string): Promise<string[] | undefined>;
  /** A first set-up; absent where none is offered. */
  setup?: SetupDoings;
  /** Brings a path back as of a point, or says what would be written. */
  restore(vault: number, path: string, at: string, dryRun: boolean): Promise<RestoreAnswer>;
}

/** A server. */
export interface Server extends Zipping, Doings {
  gate: Gate;
  site: Site;
  /** The secret by which a second click asks for links; absent where no click started this. */
  click?: string;
  /** How long the page of all vaults waits for one of them, ms: {@link SOON} unless a test says otherwise. */
  soon?: number;
}

/** The page of all vaults shows one that does not answer so soon as that, ms, and the others. */
export const SOON = 2000;

/** The answer where nothing is. */
export function notFound(site: Site): Response {
  return page(failedPage(site, text("serve.not-found-title"), text("serve.not-found")), 404);
}

/** The answer to a question that a vault could not answer. */
export function failed(site: Site, error: unknown): Response {
  return page(failedPage(site, text("serve.failed-title"), failure(error)), statusOf(error));
}

/** The same for a program. */
export function failedPlainly(error: unknown): Response {
  return plain(statusOf(error), failure(error));
}

/** An address that names a backup or a path that is not there, or no point in time, leads nowhere. */
function statusOf(error: unknown): number {
  return error instanceof HikaeError && NOWHERE.includes(error.id) ? 404 : 500;
}

const NOWHERE: readonly string[] = ["no_such_snapshot", "no_such_path", "usage"];

/** What ends a page of which the beginning has been sent. */
export function brokenOff(error: unknown): Html {
  return html`<p class="warn" role="alert">${failure(error)}</p>`;
}

function failure(error: unknown): string {
  const hint = error instanceof HikaeError && error.hint !== undefined ? `; ${error.hint}` : "";
  return `${systemText(error)}${hint}`;
}
