/** The thread's end of a crew: takes pieces one after another, and sends back what came of them. @module */

import { fromPlainError, toPlainError } from "../../base/errors.ts";
import type { MemberEnd } from "./line.ts";
import type { ToMember, Trade } from "./trade.ts";

/** How a member stands to the engine while it works. */
export interface ToEngine<T extends Trade> {
  report(news: T["news"]): void;
  /** Throws what the engine refused it with. */
  ask(question: T["question"]): Promise<T["answer"]>;
  /** Lets messages in. */
  yieldToMessages(): Promise<void>;
}

/** Who does the work in a thread. */
export interface Member<T extends Trade> {
  work(piece: T["piece"]): Promise<T["result"]> | T["result"];
  /** Ends its part: everything is done and flushed when this resolves. */
  end(): Promise<T["end"]> | T["end"];
  /** Lets everything go: the work broke off. */
  drop(): void;
}

/** Serves an engine over `line`, with the member that `make` makes of its setup. */
export function serveMember<T extends Trade>(
  line: MemberEnd<T>,
  make: (setup: T["setup"], engine: ToEngine<T>) => Member<T>,
): void {
  const asked = new OpenQuestions<T>(line);
  let member: Member<T> | undefined;
  const handle = async (message: Exclude<ToMember<T>, QuestionEnd<T>>): Promise<void> => {
    if (message.kind === "setup") member = make(message.setup, asked);
    else if (member === undefined) return;
    else if (message.kind === "piece") {
      line.send({ kind: "result", result: await member.work(message.piece) });
    } else if (message.kind === "end") line.send({ kind: "ended", end: await member.end() });
    else member.drop();
  };
  // one after the other: work waits for the setup before it
  let last = Promise.resolve();
  line.receive((message) => {
    // the work under way waits for it
    if (message.kind === "answer" || message.kind === "refused") return asked.answered(message);
    last = last.then(() => handle(message)).catch((error) => {
      member?.drop();
      line.send({ kind: "broken", error: toPlainError(error) });
    });
  });
}

/** The messages that end a question. */
type QuestionEnd<T extends Trade> = Extract<ToMember<T>, { kind: "answer" | "refused" }>;

/** The questions of a member that wait for an answer. */
class OpenQuestions<T extends Trade> implements ToEngine<T> {
  readonly #line: MemberEnd<T>;
  readonly #waiting = new Map<number, PromiseWithResolvers<T["answer"]>>();
  #next = 0;

  constructor(line: MemberEnd<T>) {
    this.#line = line;
  }

  report(news: T["news"]): void {
    this.#line.send({ kind: "news", news });
  }

  ask(question: T["question"]): Promise<T["answer"]> {
    const waiting = Promise.withResolvers<T["answer"]>();
    const id = this.#next++;
    this.#waiting.set(id, waiting);
    this.#line.send({ kind: "question", id, question });
    return waiting.promise;
  }

  yieldToMessages(): Promise<void> {
    return this.#line.yieldToMessages();
  }

  answered(message: QuestionEnd<T>): void {
    const waiting = this.#waiting.get(message.id);
    // one that is kept would keep the answer
    this.#waiting.delete(message.id);
    if (message.kind === "answer") waiting?.resolve(message.answer);
    else waiting?.reject(fromPlainError(message.error));
  }
}
