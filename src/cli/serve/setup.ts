/** Main's part of a set-up on the page: children of hikae look, plan and do it; how far one is, is kept here. @module */

import { HikaeError } from "../../base/errors.ts";
import type { Message } from "../../base/event.ts";
import {
  isSetupChoices,
  isSetupPlan,
  type SetupChoices,
  type SetupPlan,
  type SetupState,
  type SetupWords,
} from "../../base/setup.ts";
import { formatMessage } from "../../report/text.ts";
import { text } from "../../text/text.ts";
import { childLines } from "../child.ts";
import type { Context } from "../command.ts";
import { isLookTask, type LookTask } from "./look_task.ts";

/** The hidden command that does it. */
const COMMAND = "setup-page";
/** So many lines are kept, for a first backup with many troubles. */
const MOST = 200;

/** One set-up of one server. */
export class Setup {
  readonly #context: Context;
  readonly #added: (name: string, task: LookTask) => number;
  readonly #lines: string[] = [];
  #step: SetupState["step"] = "none";
  #progress: SetupState["progress"];
  #vault: number | undefined;

  /** `added` takes the new vault, and gives its number on the page. */
  constructor(context: Context, added: (name: string, task: LookTask) => number) {
    this.#context = context;
    this.#added = added;
  }

  /** What there is to choose. */
  async choices(): Promise<SetupChoices> {
    return await this.#answer("choices", undefined, isSetupChoices);
  }

  /** What the answers come to. */
  async plan(words: SetupWords): Promise<SetupPlan> {
    return await this.#answer("plan", words, isSetupPlan);
  }

  /** Does it; once, however often the button is pressed. A failed one may be tried again. */
  begin(words: SetupWords): SetupState {
    if (this.#step === "running" || this.#step === "done") return this.state();
    this.#step = "running";
    this.#lines.length = 0;
    void this.#run("begin", words, (m) => this.#heard(m)).then(
      // the vault is told last, after a first backup
      () => void (this.#step = this.#vault === undefined ? "failed" : "done"),
      () => void (this.#step = "failed"),
    );
    return this.state();
  }

  /** How far it is. */
  state(): SetupState {
    return {
      step: this.#step,
      lines: [...this.#lines],
      ...(this.#progress === undefined ? {} : { progress: this.#progress }),
      ...(this.#vault === undefined ? {} : { vault: this.#vault }),
    };
  }

  async #answer<T extends object>(
    step: string,
    words: SetupWords | undefined,
    isAnswer: (told: object) => told is T,
  ): Promise<T> {
    let answer: T | undefined;
    let problem = text("serve.failed-title");
    await this.#run(step, words, (m) => {
      if (m.message_type === "answer" && isAnswer(m)) answer = m;
      else if (m.message_type === "error") problem = m.message;
    });
    if (answer === undefined) throw new HikaeError("failed", problem);
    return answer;
  }

  #run(
    step: string,
    words: SetupWords | undefined,
    heard: (message: Message) => void,
  ): Promise<number> {
    const input = words === undefined ? "" : JSON.stringify(words);
    return childLines(this.#context, [COMMAND, step], { input, heard });
  }

  #heard(message: Message): void {
    if (message.message_type === "status") {
      const { files_done, bytes_done, total_files, total_bytes, percent_done } = message;
      const known = percent_done !== undefined && total_files !== undefined;
      this.#progress = known
        ? { files: total_files, bytes: total_bytes ?? bytes_done, share: percent_done }
        : { files: files_done, bytes: bytes_done };
    } else if (message.message_type === "answer") {
      const { name, task } = message;
      if (typeof name === "string" && isLookTask(task)) this.#vault = this.#added(name, task);
    } else this.#tell(message);
  }

  #tell(message: Message): void {
    const said = message.message_type === "note"
      ? message.message
      : formatMessage(message, { color: false, verbose: false });
    if (said !== undefined && this.#lines.length < MOST) this.#lines.push(said);
  }
}
