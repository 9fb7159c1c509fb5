/**
 * What the engine's threads ask main while they work, and what main answers: a name and plain data each way, so that
 * nothing at the border is `unknown`.
 * @module
 */

import type { RemoteAnswer, RemoteQuestion } from "../base/remote.ts";
import type { AttributeAnswer, AttributeCall } from "../base/attributes.ts";
import type { LinksAsked, LinksMade } from "../base/links.ts";

/** Directories to ask about. */
export interface FilterRequest {
  /** How many entries each has. */
  counts: number[];
  /** A `FilterBatch` of `src/plugins/batch.ts` as JSON: opened by the plugins' processes and by nobody on the way. */
  batch: string;
}

/** For each directory the indexes of the entries that are left out; or the end of the run. */
export interface FilterAnswer {
  leaveOut: number[][];
  hold?: { plugin: string; reason: string };
}

/** What is asked under each name, and what it is answered with. */
export interface Questions {
  /** What the filters of plugins leave out of directories. */
  filter: { asked: FilterRequest; answer: FilterAnswer };
  /** What of a plan plugins want kept. */
  protect: { asked: ProtectQuestion; answer: ProtectAnswer };
  /** That main has written all that was sent before. */
  written: { asked: undefined; answer: undefined };
  /** That this machine remember a vault, by its real path: it is there, and nothing is written into it yet. */
  met: { asked: string; answer: undefined };
  /** Something of the place away from home that bundles lie at. */
  remote: { asked: RemoteQuestion; answer: RemoteAnswer };
  /** Attributes of files, of the system's own programs. */
  attributes: { asked: AttributeCall; answer: AttributeAnswer };
  /** Links below a directory, which only a thread whose rights are not narrowed to paths can make. */
  links: { asked: LinksAsked; answer: LinksMade };
}

/** The name of a question. */
type QuestionName = keyof Questions;

/** A question; of one of these names. */
export type Question<K extends QuestionName = QuestionName> = {
  [N in K]: { name: N; asked: Questions[N]["asked"] };
}[K];

/** Asks main; throws what main answers with when it cannot. */
export type Ask = <Q extends Question>(question: Q) => Promise<AnswerTo<Q>>;

/** What a question is answered with. */
export type AnswerTo<Q extends Question> = Questions[Q["name"]]["answer"];

/** Who answers what. */
export type QuestionHandlers = {
  readonly [K in QuestionName]: (asked: Questions[K]["asked"]) => Promise<Questions[K]["answer"]>;
};

/** Has a question answered by whom it is for. */
export function answerTo<K extends QuestionName>(
  answers: QuestionHandlers,
  question: Question<K>,
): Promise<Questions[K]["answer"]> {
  return answers[question.name](question.asked);
}

/** Answers to what nobody in particular answers. */
export const UNASKED: QuestionHandlers = {
  // what was sent before is written before the next message is looked at
  written: () => Promise.resolve(undefined),
  met: () => Promise.resolve(undefined),
  filter: () => Promise.reject(new Error("nobody filters")),
  protect: () => Promise.resolve([]),
  attributes: () => Promise.reject(new Error("nobody knows attributes")),
  remote: () => Promise.reject(new Error("nobody reaches the place")),
  links: () => Promise.reject(new Error("nobody makes links")),
};

/** One thing that would go, as `preCleanup` hooks of plugins see it. */
export interface PlannedRemoval {
  id: number;
  kind: "version" | "snapshot";
  path: string;
  from?: string;
  to?: string;
  size: number;
  reason: string;
}

/** The question that a plan is before it is carried out. */
export interface ProtectQuestion {
  command: "cleanup" | "prune" | "delete";
  vault: string;
  entries: PlannedRemoval[];
}

/** Its answer: ids of entries that stay, with who said so. */
export type ProtectAnswer = readonly (readonly [number, string])[];
