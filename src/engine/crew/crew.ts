/** The engine's end of a crew: gives pieces of work to members, who begin when there is one for them. @module */

import { fromPlainError, type HikaeError, toPlainError } from "../../base/errors.ts";
import type { CrewPorts, EngineEnd } from "./line.ts";
import type { FromMember, Trade } from "./trade.ts";

/** Told what came of a piece; undefined when nobody did it. */
export type Done<T extends Trade> = (result: T["result"] | undefined) => void;

/** What the engine does with what members say. */
export interface CrewHost<T extends Trade> {
  news?(news: T["news"], member: number): void;
  question?(question: T["question"], member: number): Promise<T["answer"]>;
  /** Told what a member said when its part was over. */
  ended?(end: T["end"]): void;
}

/** How a crew works. */
export interface CrewOptions<T extends Trade> {
  /** What each member is made of. */
  setup: T["setup"];
  host: CrewHost<T>;
  /** How many pieces a member may have at a time. */
  ahead?: number;
}

/** One who helps: its line, and who waits for the pieces that it has, the oldest first. */
interface Seat<T extends Trade> {
  line: EngineEnd<T> | undefined;
  under: Done<T>[];
  ended: boolean;
}

/** All members of a crew; none where there are no `ports`. */
export class Crew<T extends Trade> {
  readonly #ports: CrewPorts | undefined;
  readonly #options: CrewOptions<T>;
  readonly #seats: Seat<T>[];
  readonly #ahead: number;
  #open: number;
  #broken: HikaeError | undefined;
  #wake: () => void = () => {};

  /** A crew in which nobody works yet. */
  constructor(ports: CrewPorts | undefined, options: CrewOptions<T>) {
    this.#ports = ports;
    this.#options = options;
    this.#ahead = options.ahead ?? 1;
    this.#open = ports?.seats ?? 0;
    this.#seats = Array.from(
      { length: ports?.seats ?? 0 },
      () => ({ line: undefined, under: [], ended: false }),
    );
  }

  /** How many members there can be. */
  get size(): number {
    return this.#seats.length;
  }

  /** What broke a member; its pieces have been given up. */
  get broken(): HikaeError | undefined {
    return this.#broken;
  }

  /** True while a member has a piece. */
  get isBusy(): boolean {
    return this.#seats.some(({ under }) => under.length > 0);
  }

  /** From now on threads are begun for the first `most` seats, and for no others that have none. */
  open(most: number): void {
    this.#open = Math.max(most, this.#ports?.begun ?? this.size);
  }

  /** The members that can take a piece, those that work already before those that would begin. */
  free(): number[] {
    const free = this.#seats.flatMap(({ under }, i) =>
      under.length < this.#ahead && (i < this.#open || this.#begun(i)) ? [i] : []
    );
    return free.sort((a, b) => Number(!this.#begun(a)) - Number(!this.#begun(b)));
  }

  #begun(member: number): boolean {
    return this.#seats[member]?.line !== undefined;
  }

  /** Gives a piece to a member; `done` is told what came of it. */
  give(member: number, piece: T["piece"], done: Done<T>): void {
    const seat = this.#seats[member];
    const line = seat?.line ?? this.#begin(member);
    if (seat === undefined || line === undefined) return done(undefined);
    seat.under.push(done);
    line.send({ kind: "piece", piece });
  }

  /** Begins one more thread, if there are fewer than `most`: there will be work for it soon. */
  getReady(most: number): void {
    const next = this.#seats.findIndex((_, i) => !this.#begun(i));
    if (next >= 0 && next < most) this.#begin(next);
  }

  #begin(member: number): EngineEnd<T> | undefined {
    const seat = this.#seats[member];
    const line = this.#ports?.line<T>(member);
    if (seat === undefined || line === undefined) return undefined;
    seat.line = line;
    line.receive((message) => this.#receive(member, seat, message));
    line.send({ kind: "setup", setup: this.#options.setup });
    return line;
  }

  #receive(member: number, seat: Seat<T>, message: FromMember<T>): void {
    const { host } = this.#options;
    if (message.kind === "news") host.news?.(message.news, member);
    else if (message.kind === "question") this.#answer(member, message);
    else if (message.kind === "result") seat.under.shift()?.(message.result);
    else {
      seat.ended = true;
      if (message.kind === "ended") host.ended?.(message.end);
      else this.#break(seat, fromPlainError(message.error));
    }
    this.wake();
  }

  /** Who waits for a member that broke goes on without it. */
  #break(seat: Seat<T>, error: HikaeError): void {
    this.#broken ??= error;
    for (const done of seat.under.splice(0)) done(undefined);
  }

  #answer(
    member: number,
    { id, question }: Extract<FromMember<T>, { kind: "question" }>,
  ): void {
    const line = this.#seats[member]?.line;
    this.#options.host.question?.(question, member).then(
      (answer) => line?.send({ kind: "answer", id, answer }),
      (error) => line?.send({ kind: "refused", id, error: toPlainError(error) }),
    );
  }

  /** Lets messages of members in. */
  async yieldToMessages(): Promise<void> {
    await this.#seats.find(({ line }) => line !== undefined)?.line?.yieldToMessages();
  }

  /** Has who waits for {@link change} look again. */
  wake(): void {
    this.#wake();
  }

  /** Waits until a member said something, or somebody {@link wake}s. */
  change(): Promise<void> {
    return new Promise<void>((resolve) => this.#wake = resolve);
  }

  /** Waits until no member has a piece any more. */
  async settle(): Promise<void> {
    while (this.isBusy) await this.change();
  }

  /** Has all members let go of what they hold: the work broke off. */
  drop(): void {
    for (const { line } of this.#seats) line?.send({ kind: "drop" });
  }

  /** Ends the members: everything that they did is told and flushed when this resolves. Throws what broke one. */
  async end(): Promise<void> {
    const begun = this.#seats.filter(({ line }) => line !== undefined);
    for (const { line } of begun) line?.send({ kind: "end" });
    while (begun.some(({ ended }) => !ended) && this.#broken === undefined) await this.change();
    if (this.#broken !== undefined) throw this.#broken;
  }
}

/**
 * How many threads besides the engine's so much work is worth, where who works waits for each answer. To begin a thread
 * takes all as long as one does two pieces: n threads take n of those for that, and an nth for the work, so the root is best.
 */
export function threadsWorth(work: number): number {
  return Math.ceil(Math.sqrt(work / 2)) - 1;
}
