/**
 * What a run tells while it runs. The terminal, `--json`, the log and the plugins are all made from these
 * messages, so they cannot disagree; their shape is the JSON of `docs/json.md`.
 * @module
 */

/** What was being done when something failed (`docs/json.md` says what each is). */
export const DURING = [
  "scan",
  "read",
  "store",
  "attributes",
  "backup",
  "restore",
  "verify",
  "index",
  "prove",
  "remove",
  "dedupe",
  "bundle",
  "list",
  "snapshot",
  "job",
  "plugin",
  "check",
  "run",
] as const;

/** One of {@link DURING}. */
export type During = (typeof DURING)[number];

/** A progress message. */
export interface StatusMessage {
  message_type: "status";
  seconds_elapsed: number;
  /** Between 0 and 1; absent while the total is unknown. */
  percent_done?: number;
  files_done: number;
  bytes_done: number;
  total_files?: number;
  total_bytes?: number;
  seconds_remaining?: number;
  error_count: number;
  [key: string]: unknown;
}

/** Something that could not be read, stored or restored; the run goes on. */
export interface ErrorMessage {
  message_type: "error";
  path: string;
  during: During;
  /** An id of `ERRORS`, or the code of the operating system. */
  code: string;
  message: string;
  /** The vault that it is about, where there are several. */
  vault?: string;
  /** Where what it is about lies in the vault, relative to it, with `/`. */
  stored_as?: string;
  /** What to do next. */
  hint?: string;
  /** The snapshot that it is about, and that it is not what its seal says. */
  stamp?: string;
  proven?: false;
  /** The place in a config. */
  line?: number;
  column?: number;
}

/** Something a person should know that is no error. */
export interface NoteMessage {
  message_type: "note";
  message: string;
  path?: string;
  /** The exclude pattern that it is about; `path` is then the first entry that shows it. */
  pattern?: string;
}

/** A difference, from `diff` and from dry runs. */
export interface ChangeMessage {
  message_type: "change";
  path: string;
  type: "file" | "dir" | "link";
  /** New, gone, other content, other type, the same under another name. */
  modifier: "+" | "-" | "M" | "T" | "R";
  /** Of `R`: the path at the other point. */
  from?: string;
  [key: string]: unknown;
}

/** A decision to keep or remove something, with its reason. */
export interface DecisionMessage {
  message_type: "decision";
  path?: string;
  stamp?: string;
  keep: boolean;
  reason: string;
  [key: string]: unknown;
}

/** The last message of a command that changes or checks something. */
export interface SummaryMessage {
  message_type: "summary";
  [key: string]: unknown;
}

/** Any other message that a command answers with (`snapshot`, `entry`, `version`, `permissions`, …). */
export interface AnswerMessage {
  message_type: "snapshot" | "entry" | "version" | "permissions" | "job_status" | "answer";
  [key: string]: unknown;
}

/** One message of a run. */
export type Message =
  | StatusMessage
  | ErrorMessage
  | NoteMessage
  | ChangeMessage
  | DecisionMessage
  | SummaryMessage
  | AnswerMessage;

/** The port that messages go to. */
export type Emit = (message: Message) => void;
