/** What is said with a process that looks into one vault, and with its worker: plain data only. @module */

import type { PlainError } from "../base/errors.ts";
import type { Frame } from "../base/frames.ts";
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

/** What is answered to any of them. */
export type LookAnswer = VaultQuestions[VaultQuestionName]["answer"];

/** The head of an answer's frame, as the thread of a look writes it to standard output. */
export type LookReply =
  | { id: number; answer: LookAnswer }
  /** The answer is the frame's bytes. */
  | { id: number; raw: true }
  | { id: number; error: PlainError };

/** A frame's head that came from a process of hikae: what it asks. */
export function isLookCall(head: Frame["head"]): head is LookCall {
  return hasId(head) && "question" in head;
}

/** A frame's head that came from a process of hikae: what it answers. */
export function isLookReply(head: Frame["head"]): head is LookReply {
  return hasId(head) && ("answer" in head || "raw" in head || "error" in head);
}

function hasId(head: Frame["head"]): head is { id: number } {
  return typeof head === "object" && head !== null && "id" in head && typeof head.id === "number";
}
