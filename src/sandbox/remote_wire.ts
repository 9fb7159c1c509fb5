/** What passes between main and the worker that reaches a place away from home. Plain data only. @module */

import type { PlainError } from "../base/errors.ts";
import type { RemoteAnswer, RemoteQuestion } from "../base/remote.ts";
import type { RemoteWork } from "../base/remote_work.ts";

/** What main tells the worker. */
export type RemoteCall =
  | { kind: "start"; work: RemoteWork }
  | { kind: "ask"; id: number; question: RemoteQuestion }
  /** Ends what is under way. */
  | { kind: "stop" };

/** What the worker says. */
export type RemoteReply =
  | { kind: "ready" }
  | { kind: "answer"; id: number; answer: RemoteAnswer }
  | { kind: "answer"; id: number; error: PlainError };
