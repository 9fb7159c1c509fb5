/** The names of a directory whose content is to be brought, each made ready when its turn comes. @module */

import type { CompareStep } from "../compare/compare.ts";
import type { VaultDirectory } from "./vault_directory.ts";
import type { Arrival } from "./arrivals.ts";
import type { SourceEntry } from "../../source/source_dir.ts";

/** A step that brings content. */
export type ContentStep = Extract<CompareStep, { act: "add" | "update" | "repair" }>;

/** What comes into one vault under a name. */
export interface VaultWrite {
  writer: VaultDirectory;
  arrival: Arrival;
  /** It changed for sure, by its size or its times. */
  sure: boolean;
}

/** A name that brings content, and to which vaults. */
export interface FileWrites {
  name: string;
  /** As the first of them saw it. */
  source: SourceEntry;
  arrivals: VaultWrite[];
  /** The step of the first of them. */
  step: ContentStep;
}

/** Names that bring content. */
export interface ContentNames {
  /** One for each name, in the order of the plans. */
  steps: ContentStep[];
  /** What is to be done about it. */
  writesOf: (step: ContentStep) => FileWrites;
}

/** Those of all `writers`, whose plans have no steps any more: a wide directory has many of them. */
export function contentOf(writers: readonly VaultDirectory[]): ContentNames {
  const [writer] = writers;
  if (writer !== undefined && writers.length === 1) {
    const steps = takeSteps(writer);
    return { steps, writesOf: (step) => begun(step, writer) };
  }
  const groups = new Map<string, FileWrites>();
  for (const writer of writers) {
    for (const step of takeSteps(writer)) {
      const group = groups.get(step.source.name);
      if (group === undefined) groups.set(step.source.name, begun(step, writer));
      else group.arrivals.push(writeOf(step, writer));
    }
  }
  return {
    steps: [...groups.values()].map(({ step }) => step),
    writesOf: (step) => groups.get(step.source.name) ?? begunByNone(step),
  };
}

function takeSteps({ plan }: VaultDirectory): ContentStep[] {
  const steps = plan.steps.filter((step) => bringsContent(step));
  plan.steps = [];
  return steps;
}

function bringsContent(step: CompareStep): step is ContentStep {
  return step.act === "add" || step.act === "update" || step.act === "repair";
}

function begunByNone(step: ContentStep): FileWrites {
  return { name: step.source.name, source: step.source, arrivals: [], step };
}

function begun(step: ContentStep, writer: VaultDirectory): FileWrites {
  // an array that is born with its one element has no room for 16 more
  const arrivals = [writeOf(step, writer)];
  return { name: step.source.name, source: step.source, arrivals, step };
}

function writeOf(step: ContentStep, writer: VaultDirectory): VaultWrite {
  const known = step.act === "add" ? undefined : step.known;
  const arrival = { source: step.source, known, repair: step.act === "repair" };
  return { writer, arrival, sure: step.act !== "update" || step.sure };
}
