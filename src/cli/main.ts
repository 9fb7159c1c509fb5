/** The program from its arguments to its exit code. @module */

import { ACCESS } from "../base/access.ts";
import { EXIT, HikaeError, messageOf } from "../base/errors.ts";
import { text } from "../text/text.ts";
import { loadModule } from "../base/load_module.ts";
import { nearest } from "../base/nearest.ts";
import type { Command, Context } from "./command.ts";
import type { HelpOptions } from "./help/help.ts";
import { platformOf, variable } from "./platform.ts";
import { Output } from "./output.ts";
import { findCommand, parseFlags, refuseArguments, wordAt } from "./parse.ts";
import { allCommands, oneCommand } from "./one_command.ts";
import { callersDirectory, enterCallersDirectory } from "./places/callers_directory.ts";
import { chooseLanguage, withoutLanguage } from "./language.ts";

const PLUGIN_HOST = new URL("../workers/plugin_child.ts", import.meta.url);
const ASK = new URL("./complete/ask.ts", import.meta.url);
const SPEAK_HELP = new URL("../text/speak_help.ts", import.meta.url);
const HELP = new URL("./help/help.ts", import.meta.url);
const DOUBLE_CLICK = new URL("./serve/double_click.ts", import.meta.url);
const EXPLAIN = new URL("./explain.ts", import.meta.url);
const USER_SHELL = new URL("./user_shell.ts", import.meta.url);
const VERSION = new URL("./version.ts", import.meta.url);
const FOREIGN = new URL("./help/foreign_commands.ts", import.meta.url);

/** Runs a command line; gives the exit code. */
export async function main(words: readonly string[]): Promise<number> {
  if (words[0] === "__plugin-host") {
    return await (await loadModule<typeof import("../workers/plugin_child.ts")>(PLUGIN_HOST))
      .pluginHost();
  }
  enterCallersDirectory();
  if (words[0] === "__complete") return await complete(words.slice(1));
  const output = new Output(words);
  const windows = Deno.build.os === "windows";
  try {
    await chooseLanguage(words);
    return await dispatch(windows ? withoutStrayQuotes(words) : words, output);
  } catch (error) {
    return output.failed(windows ? await quoted(error, words) : error);
  } finally {
    output.end();
  }
}

/** Answers a shell's completion; what cannot be answered is no answer. */
async function complete(words: readonly string[]): Promise<number> {
  const { completionsFor } = await loadModule<typeof import("./complete/ask.ts")>(ASK);
  const found = await completionsFor(words, await allCommands()).catch((): string[] => []);
  const output = new Output([]);
  for (const line of found) output.say(line);
  output.end();
  return EXIT.ok;
}

/**
 * `"D:\\My files\\"` comes as `D:\\My files"`: by a rule of Windows the last backslash takes the quotation mark along.
 * No name there has one, so it can only be that.
 */
function withoutStrayQuotes(words: readonly string[]): readonly string[] {
  return words.map((word) => /^[^"{[]+"$/.test(word) ? `${word.slice(0, -1)}\\` : word);
}

async function quoted(error: unknown, words: readonly string[]): Promise<unknown> {
  return (await import("./windows_quotes.ts")).withWindowsQuoteHint(error, words);
}

async function dispatch(words: readonly string[], output: Output): Promise<number> {
  const asked = await oneCommand(words[wordAt(words)]);
  const found = asked === undefined ? undefined : findCommand([asked], words);
  if (found === undefined) return await withoutCommand(words, output);
  const { command, rest, path } = found;
  if (asksHelp(rest)) {
    await (await loadModule<typeof import("../text/speak_help.ts")>(SPEAK_HELP)).speakHelp();
    const { commandHelp } = await loadModule<typeof import("./help/help.ts")>(HELP);
    output.say(commandHelp(command, path, await helpOptions(rest, output)));
    return EXIT.ok;
  }
  const [word] = rest;
  // what is said of its flags would be about the group, which has none
  if (command.load === undefined && word !== undefined && !word.startsWith("-")) {
    throw withoutSub(command, path, word);
  }
  const parsed = parseFlags(command, path, rest);
  if (command.load === undefined) throw withoutSub(command, path, parsed.args[0]);
  if (command.access === "none") refuseArguments(command, path, parsed);
  if (command.access === "none" && parsed.has("explain-permissions")) {
    (await loadModule<typeof import("./explain.ts")>(EXPLAIN)).explainMain(output.emit);
    return EXIT.ok;
  }
  const module = await command.load();
  output.looks = command.access === "look";
  if (TELL_REMOVALS.has(path)) output.tellRemovals();
  output.answers = onlyAnswers(command, parsed);
  return await module.run(contextOf(command, parsed, output));
}

/** True where help is asked for; what comes after `--` is an argument, however it is spelt. */
function asksHelp(rest: readonly string[]): boolean {
  const end = rest.indexOf("--");
  const options = end < 0 ? rest : rest.slice(0, end);
  return options.includes("--help") || options.includes("-h");
}

/** What these removed is told by directory; what a backup removes by its job's rules is told in a line. */
const TELL_REMOVALS = new Set(["cleanup", "prune", "delete"]);

/** How help is written here: for this system and shell, in the columns that there are. */
async function helpOptions(words: readonly string[], output: Output): Promise<HelpOptions> {
  const { userShell } = await loadModule<typeof import("./user_shell.ts")>(USER_SHELL);
  const os = platformOf(Deno.build.os);
  const shell = userShell(variable, os === "windows");
  return { os, shell, width: output.columns(), all: words.includes("--all") };
}

/** True of a call that changes nothing: it has no reason to go on when its answer cannot be given. */
function onlyAnswers(command: Command, parsed: Context["parsed"]): boolean {
  if (parsed.has("explain-permissions") || parsed.has("dry-run")) return true;
  if (command.flags?.some((flag) => flag.writes === true && parsed.has(flag.name))) return false;
  if (command.access === "none") return command.answers === true;
  return ACCESS[command.access].write.every((place) => place === "index");
}

/** A command that only groups others was called without one of them, or with one that is not there. */
function withoutSub(command: Command, path: string, word: string | undefined): HikaeError {
  const names = command.sub?.filter((c) => !c.hidden).map((c) => c.name) ?? [];
  const near = word === undefined ? undefined : nearest(word, names);
  const asked = { path, names: names.join(", ") };
  const said = word === undefined
    ? text("usage.which-sub", asked)
    : text("usage.no-sub", { ...asked, word });
  return new HikaeError("usage", said, {
    hint: near === undefined
      ? text("usage.help-hint", { command: path })
      : text("usage.nearest-sub", { command: path, near }),
  });
}

async function withoutCommand(line: readonly string[], output: Output): Promise<number> {
  const words = withoutLanguage(line);
  if (words.includes("--version") || words.includes("-V")) {
    output.say((await loadModule<typeof import("./version.ts")>(VERSION)).versionText());
    return EXIT.ok;
  }
  const word = words[wordAt(words)];
  if (word !== undefined && word !== "help") throw await noCommand(word);
  const flag = words.find((w) => w.startsWith("-") && !["--help", "-h", "--all"].includes(w));
  if (flag !== undefined) {
    throw new HikaeError("usage", text("usage.flag-alone", { flag }), {
      hint: text("usage.flag-alone-hint"),
    });
  }
  await (await loadModule<typeof import("../text/speak_help.ts")>(SPEAK_HELP)).speakHelp();
  const { overview, commandHelp } = await loadModule<typeof import("./help/help.ts")>(HELP);
  const asked = words.filter((w) => w !== "help" && !w.startsWith("-"));
  const commands = await allCommands();
  const found = findCommand(commands, asked);
  if (found === undefined && asked[0] !== undefined) throw await noCommand(asked[0]);
  const options = await helpOptions(words, output);
  output.say(
    found === undefined
      ? overview(commands, options)
      : commandHelp(found.command, found.path, options),
  );
  return await clicked(line, output) ?? EXIT.ok;
}

/** A double click on Windows goes on to the page; undefined for any other call. */
async function clicked(words: readonly string[], output: Output): Promise<number | undefined> {
  const windows = Deno.build.os === "windows";
  if (!windows || words.length > 0) return undefined;
  const { offerPage, enterTyped } = await loadModule<typeof import("./serve/double_click.ts")>(
    DOUBLE_CLICK,
  );
  const onTerminal = Deno.stdin.isTerminal() && Deno.stdout.isTerminal();
  const how = { windows, onTerminal, words, enter: enterTyped };
  return await offerPage(
    output,
    how,
    (setup) => dispatch(["serve", "--open", ...(setup ? ["--allow-setup"] : [])], output),
  );
}

async function noCommand(word: string): Promise<HikaeError> {
  const { foreignCommand } = await loadModule<typeof import("./help/foreign_commands.ts")>(FOREIGN);
  const other = foreignCommand(word.toLowerCase());
  if (other !== undefined) {
    return new HikaeError("usage", text("usage.no-command", { word }), {
      hint: text("usage.foreign-command", { line: other }),
    });
  }
  const near = nearest(word, (await allCommands()).filter((c) => !c.hidden).map((c) => c.name));
  return new HikaeError("usage", text("usage.no-command", { word }), {
    hint: near === undefined ? text("usage.list-hint") : text("usage.nearest-command", { near }),
  });
}

function contextOf(command: Command, parsed: Context["parsed"], output: Output): Context {
  const abort = new AbortController();
  onInterrupt(() => abort.abort());
  return {
    parsed,
    command,
    emit: output.emit,
    say: (text) => output.say(text),
    tell: (text) => output.tell(text),
    write: (data) => output.write(data),
    clock: { now: () => Date.now() },
    env: variable,
    cwd: callersDirectory(),
    json: output.json,
    onTerminal: output.onTerminal,
    narrow: output.narrow,
    columns: output.columns(),
    names: (vault) => void (output.vault = vault),
    quiet: output.quiet,
    verbose: output.verbose,
    ...(output.progress ? { progress: (line: string) => output.showProgress(line) } : {}),
    signal: abort.signal,
  };
}

/** A child gets one Ctrl-C twice: from the terminal, and passed on by its parent. */
const SAME_SIGNAL_MS = 500;

/** Calls back on Ctrl-C and its like; a second one ends the program at once. */
function onInterrupt(work: () => void): void {
  let asked: number | undefined;
  const handler = (): void => {
    if (asked !== undefined && performance.now() - asked < SAME_SIGNAL_MS) return;
    if (asked !== undefined) Deno.exit(EXIT.interrupted);
    asked = performance.now();
    work();
  };
  const signals: Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT", "SIGBREAK", "SIGHUP"]
    : ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) {
    try {
      Deno.addSignalListener(signal, handler);
    } catch (error) {
      // a system without this signal
      void messageOf(error);
    }
  }
}
