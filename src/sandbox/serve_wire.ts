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

/** What a set-up is asked. */
export type SetupStep = "choices" | "plan" | "begin" | "state";

/** What it answers, by the step. */
export type SetupAnswer = SetupChoices | SetupPlan | SetupState;

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

/** What the worker asks main to have done; its own rights end at the port. */
export type ServeAsk =
  | {
    [K in VaultQuestionName]: {
      kind: "vault";
      id: number;
      vault: number;
      question: K;
      ask: VaultQuestions[K]["ask"];
    };
  }[VaultQuestionName]
  | { kind: "jobs"; id: number }
  | { kind: "log"; id: number; job: string }
  | { kind: "setup"; id: number; step: SetupStep; words?: SetupWords }
  | { kind: "restore"; id: number; vault: number; path: string; at: string; dryRun: boolean };

/** Main's answer. */
export interface ServeAnswer {
  kind: "answer";
  id: number;
  answer?:
    | VaultQuestions[VaultQuestionName]["answer"]
    | JobFacts[]
    | string[]
    | RestoreAnswer
    | SetupAnswer
    | undefined;
  error?: PlainError;
}

/** What the worker says. */
export type ServeReply =
  | { kind: "ready" }
  | { kind: "listening"; port: number }
  | { kind: "link"; url: string }
  /** Somebody who may asked for something. */
  | { kind: "heard" }
  | { kind: "failed"; error: PlainError }
  | ServeAsk;
