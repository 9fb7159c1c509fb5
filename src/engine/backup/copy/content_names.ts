/** The names of a directory whose content is to be brought, each made ready when its turn comes. @module */

import {
  bringsContent,
  type ContentStep,
  type PackedStep,
  PlannedSteps,
} from "../compare/compare.ts";
import type { VaultDirectory } from "./vault_directory.ts";
import type { Arrival } from "./arrivals.ts";
import type { SourceEntry } from "../../source/source_dir.ts";

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
  /** One for each name, in the order of the plans, as they are held. */
  steps: PackedStep[];
  /** A step as it is. */
  open: (step: PackedStep) => ContentStep;
  /** What is to be done about it. */
  writesOf: (step: ContentStep) => FileWrites;
}

/** Those of all `writers`, whose plans have no steps any more: a wide directory has many of them. */
export function contentOf(writers: readonly VaultDirectory[]): ContentNames {
  const [writer] = writers;
  if (writer !== undefined && writers.length === 1) {
    const all = takeSteps(writer);
    return {
      steps: all.content(),
      open: (step) => contentStep(all.open(step)),
      writesOf: (step) => begun(step, writer),
    };
  }
  const groups = new Map<string, FileWrites>();
  for (const writer of writers) {
    for (const step of takeSteps(writer)) {
      if (!bringsContent(step)) continue;
      const group = groups.get(step.source.name);
      if (group === undefined) groups.set(step.source.name, begun(step, writer));
      else group.arrivals.push(writeOf(step, writer));
    }
  }
  return {
    steps: [...groups.values()].map(({ step }) => step),
    open: (step) => contentStep(step),
    writesOf: (step) => groups.get(step.source.name) ?? begunByNone(step),
  };
}

function takeSteps({ plan }: VaultDirectory): PlannedSteps {
  const { steps } = plan;
  plan.steps = new PlannedSteps([]);
  return steps;
}

function contentStep(step: PackedStep): ContentStep {
  if (typeof step === "number" || !bringsContent(step)) throw new Error("a step without content");
  return step;
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
