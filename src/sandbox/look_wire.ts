/** What is said with a process that looks into one vault, and with its worker: plain data only. @module */

import type { PlainError } from "../base/errors.ts";
import type { SentIndexPlaces } from "./channel.ts";
import type { VaultQuestionName, VaultQuestions } from "../base/vault_questions.ts";

/** Which vault it is about. */
export interface LookStart {
  kind: "start";
  /** The vault's real path. */
  root: string;
  /** Real paths that the port lets it write below: the index at home. */
  writable: readonly string[];
  index: SentIndexPlaces;
}

/** A numbered question. */
export type LookCall = {
  [K in VaultQuestionName]: { kind: "ask"; id: number; question: K; ask: VaultQuestions[K]["ask"] };
}[VaultQuestionName];

/** The head of an answer's frame, as the thread of a look writes it to standard output. */
export interface LookReply {
  id: number;
  answer?: unknown;
  /** The answer is the frame's bytes. */
  raw?: true;
  error?: PlainError;
}
