/** Questions of a thread of the engine to main, and their answers. @module */

import { fromPlainError } from "../base/errors.ts";
import type { AnswerTo, Ask, Question } from "../engine/questions.ts";
import type { EngineAnswer } from "../sandbox/channel.ts";

/** A question on its way. */
export interface QuestionMessage {
  kind: "ask";
  id: number;
  question: Question;
}

/** An answer on its way. */
export type QuestionReply<Q extends Question = Question> = EngineAnswer<AnswerTo<Q>>;

/** Asks main by posting; what was asked and is not answered yet is remembered here. */
export class Inquiry {
  readonly #waiting = new Map<number, (answered: QuestionReply) => void>();
  readonly #post: (asked: QuestionMessage) => void;
  #last = 0;

  /** Asks by `post`. */
  constructor(post: (asked: QuestionMessage) => void) {
    this.#post = post;
  }

  /** Asks main; throws what main answers with when it cannot. */
  readonly ask: Ask = <Q extends Question>(question: Q): Promise<AnswerTo<Q>> => {
    const { promise, resolve, reject } = Promise.withResolvers<AnswerTo<Q>>();
    const id = ++this.#last;
    this.#waiting.set(id, (answered: QuestionReply<Q>) => {
      if ("error" in answered) reject(fromPlainError(answered.error));
      else resolve(answered.answer);
    });
    this.#post({ kind: "ask", id, question });
    return promise;
  };

  /** Takes an answer; one that nobody waits for is none. */
  take(answered: QuestionReply): void {
    const waiting = this.#waiting.get(answered.id);
    this.#waiting.delete(answered.id);
    waiting?.(answered);
  }
}
