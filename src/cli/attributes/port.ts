/** What answers an engine that asks about attributes, whatever the system (docs/attributes.md). @module */

import type {
  AttributeAnswer,
  AttributeCall,
  Attributed,
  AttributeSystem,
  Unwanted,
} from "../../base/attributes.ts";

/** Answers the engine, and does main's own part at the end. */
export interface Helper {
  /** Whose attributes it knows. */
  readonly system: AttributeSystem;
  answer(call: AttributeCall): Promise<AttributeAnswer>;
  /** Sets and removes what main itself finishes; gives the complaints. */
  finish(set: readonly Attributed[], remove: readonly Unwanted[]): Promise<AttributeAnswer>;
  close(): void;
}

/** Absolute paths of the programs of Linux. */
export interface LinuxPrograms {
  /** Hands many names from a pipe on to a program. */
  xargs: string;
  getfattr: string;
  setfattr: string;
}

/** Those of macOS. */
export interface MacosPrograms {
  xargs: string;
  ls: string;
  xattr: string;
  chmod: string;
  chflags: string;
}

/** Those of Windows. */
export interface WindowsPrograms {
  cmd: string;
  attrib: string;
  powershell: string;
}
