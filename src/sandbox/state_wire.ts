/** What passes between main and the worker that writes the state directory. @module */

import type { Message } from "../base/event.ts";

/** What main asks for. */
export type StateCall =
  /** Where the state directory is; comes first. */
  | { id: number; kind: "open"; directory: string }
  | { id: number; kind: "write"; path: string; text: string }
  | { id: number; kind: "log"; job: string; keep: number }
  | { id: number; kind: "messages"; messages: Message[] }
  | { id: number; kind: "finish"; exit: number; message?: string };

/** The answer to a call. */
export interface StateReply {
  id: number;
  error?: string;
}
