/** What is said between main and the worker that listens for a browser: plain data only. @module */

import type { PlainError } from "../base/errors.ts";
import type { SetupChoices, SetupPlan, SetupState, SetupWords } from "../base/setup.ts";
import type {
  FirstPage,
  JobFacts,
  RestoreAnswer,
  ServedVault,
  VaultQuestionName,
  VaultQuestions,
} from "../base/vault_questions.ts";

/** Main tells what is served. */
export interface ServeStart {
  kind: "start";
  /** 0 for any free one. */
  port: number;
  vaults: readonly ServedVault[];
  restoreInto?: string;
  /** A first set-up is offered. */
  setup?: boolean;
  /** The secret by which a second click asks for links; absent where no click started the server. */
  click?: string;
}

/** Main wants a fresh link, or the end. */
export type ServeOrder =
  | { kind: "link"; next?: FirstPage }
  /** One more vault. */
  | { kind: "vault"; vault: ServedVault }
  | { kind: "stop" };

/** What the page asks main itself, and what main answers. */
export interface MainQuestions {
  jobs: { ask: Nothing; answer: JobFacts[] };
  /** What the last run of a job said; undefined where no log is. */
  log: { ask: { job: string }; answer: string[] | undefined };
  /** Brings a path back, or says what would be written. */
  restore: { ask: RestoreAsk; answer: RestoreAnswer };
  /** The steps of a set-up. */
  choices: { ask: Nothing; answer: SetupChoices };
  plan: { ask: SetupWords; answer: SetupPlan };
  begin: { ask: SetupWords; answer: SetupState };
  state: { ask: Nothing; answer: SetupState };
}

/** A question without words. */
type Nothing = VaultQuestions["facts"]["ask"];

/** What is to be brought back. */
export interface RestoreAsk {
  vault: number;
  path: string;
  at: string;
  dryRun: boolean;
}

/** All that the page's thread asks by way of main. */
export interface ServeQuestions extends MainQuestions, VaultQuestions {}

/** The name of a question. */
export type ServeQuestionName = keyof ServeQuestions;

/** A question to main itself. */
export type MainQuestion = {
  [K in keyof MainQuestions]: { question: K; ask: MainQuestions[K]["ask"] };
}[keyof MainQuestions];

/** What the worker asks main to have done; its own rights end at the port. */
export type ServeAsk =
  | {
    kind: "vault";
    id: number;
    vault: number;
    question: VaultQuestionName;
    ask: VaultQuestions[VaultQuestionName]["ask"];
  }
  | { kind: "main"; id: number; asked: MainQuestion };

/** Main's answer to one of these questions. */
export type ServeAnswer<K extends ServeQuestionName = ServeQuestionName> =
  | { kind: "answer"; id: number; answer: ServeQuestions[K]["answer"] }
  | { kind: "answer"; id: number; error: PlainError };

/** What the worker says. */
export type ServeReply =
  | { kind: "ready" }
  | { kind: "listening"; port: number }
  | { kind: "link"; url: string }
  /** Somebody who may asked for something. */
  | { kind: "heard" }
  | { kind: "failed"; error: PlainError }
  | ServeAsk;
