/** A file manager, and what gives it the entry "Versions": plain data, so that showing it is not doing it. @module */

import type { PlainTextId } from "../../text/text.ts";
import type { ScheduleStep } from "../../schedule/plan.ts";

/** The file managers that hikae knows. */
export const MANAGER_NAMES = ["explorer", "nautilus", "dolphin", "nemo", "finder"] as const;

/** The name of one. */
export type ManagerName = typeof MANAGER_NAMES[number];

/** What stands in every file that `integrate` writes: a file without it is somebody else's. */
export const MARK = "hikae integrate";

/** What the entry is made of. */
export interface MenuEntry {
  /** What the right click shows. */
  label: string;
  /** The program and its words; the name of what was clicked on follows as the one word after the last, `--`. */
  command: readonly string[];
  home: string;
  /** Where data of programs lies (`XDG_DATA_HOME`). */
  data: string;
}

/** A file manager. */
export interface Manager {
  name: ManagerName;
  /** As people know it. */
  title: string;
  os: "windows" | "linux" | "darwin";
  /** The program by which it is known to be installed; absent where it is part of the system. */
  program?: string;
  /** Where people find the entry; absent where they see it at once. */
  where?: PlainTextId;
  /** What adds the entry. */
  add(entry: MenuEntry): readonly ScheduleStep[];
  /** What takes it away; files that are not there are no error. */
  remove(entry: Pick<MenuEntry, "home" | "data" | "label">): readonly ScheduleStep[];
}

/** A file to write. */
export function written(path: string, text: string, executable = false): ScheduleStep {
  const step = { kind: "write", path, text, encoding: "utf-8" } as const;
  return executable ? { ...step, executable } : step;
}
