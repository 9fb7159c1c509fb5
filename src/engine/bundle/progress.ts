/**
 * A bundle that is under way, kept at home: which volumes are made and which are stored, before anything is sent. A run that
 * was killed is gone on with where the same volumes come out again. @module
 */

import { readTextIfAny, removeIfAny, replaceFile } from "../../base/io.ts";
import type { Stamp } from "../../base/stamp.ts";
import type { Journal } from "../../bundle/outbox.ts";
import type { MadeObject } from "../../bundle/store.ts";
import type { EnginePorts } from "../ports.ts";

/** A volume that was made. */
export interface DoneVolume extends MadeObject {
  number: number;
  /** Of the job that made it. */
  layout: string;
  /** Where more of the same job follow: what its packer had read of the content, as a hash. */
  read?: string;
  /** Trouble that was told when it was packed. */
  errors: number;
  /** The paths that it was told of. */
  missing?: string[];
  /** It is stored. */
  sent: boolean;
}

/** What a bundle is made of: of anything else another one comes out. */
export interface ProgressKey {
  stamp: Stamp;
  before: string | null;
  /** The SHA-256 of the run's record. */
  record: string;
  recipients: string[];
  own: string;
}

interface SavedProgress {
  key: ProgressKey;
  volumes: DoneVolume[];
  uploads: { name: string; upload: string }[];
}

/** What is under way at a place. */
export class BundleProgress implements Journal {
  readonly #ports: Pick<EnginePorts, "fs">;
  readonly #path: string | undefined;
  #kept: SavedProgress | undefined;

  /** `path` is undefined where there is no state directory: a run that is killed begins again then. */
  constructor(ports: Pick<EnginePorts, "fs">, path: string | undefined) {
    this.#ports = ports;
    this.#path = path;
    this.#kept = path === undefined ? undefined : read(ports, path);
  }

  /** Begins a bundle, or goes on with the one that has the same key. */
  begin(key: ProgressKey): void {
    const kept = this.#kept;
    if (kept !== undefined && JSON.stringify(kept.key) === JSON.stringify(key)) return;
    // uploads of another bundle are aborted all the same
    this.#kept = { key, volumes: [], uploads: kept?.uploads ?? [] };
  }

  /** The volumes that are made. */
  get volumes(): readonly DoneVolume[] {
    return this.#kept?.volumes ?? [];
  }

  /** Told before a volume is stored. */
  add(volume: DoneVolume): void {
    if (this.#kept === undefined) return;
    const others = this.#kept.volumes.filter((v) => v.number !== volume.number);
    this.#kept.volumes = [...others, volume];
    this.#save();
  }

  /** Forgets volumes that are not there any more. */
  drop(numbers: readonly number[]): void {
    if (this.#kept === undefined) return;
    this.#kept.volumes = this.#kept.volumes.filter((v) => !numbers.includes(v.number));
  }

  sent(name: string): void {
    const volume = this.#kept?.volumes.find((v) => v.name === name);
    if (volume === undefined) return;
    volume.sent = true;
    this.#save();
  }

  uploads(): readonly { name: string; upload: string }[] {
    return [...this.#kept?.uploads ?? []];
  }

  begun(name: string, upload: string): void {
    this.#kept?.uploads.push({ name, upload });
    this.#save();
  }

  ended(upload: string): void {
    if (this.#kept === undefined) return;
    this.#kept.uploads = this.#kept.uploads.filter((u) => u.upload !== upload);
    this.#save();
  }

  /** The bundle is complete. */
  end(): void {
    this.#kept = undefined;
    if (this.#path !== undefined) removeIfAny(this.#ports.fs, this.#path);
  }

  #save(): void {
    if (this.#path === undefined) return;
    const text = `${JSON.stringify(this.#kept)}\n`;
    replaceFile(this.#ports.fs, this.#path, `${this.#path}.new`, text, true);
  }
}

function read({ fs }: Pick<EnginePorts, "fs">, path: string): SavedProgress | undefined {
  try {
    const value: unknown = JSON.parse(readTextIfAny(fs, path) ?? "null");
    return isKept(value) ? value : undefined;
  } catch {
    // whatever it is, beginning again is right
    return undefined;
  }
}

function isKept(value: unknown): value is SavedProgress {
  if (typeof value !== "object" || value === null) return false;
  const { key, volumes, uploads } = value as Record<string, unknown>;
  return typeof key === "object" && isListOf(volumes, ["name", "hash", "layout"]) &&
    isListOf(uploads, ["name", "upload"]);
}

function isListOf(value: unknown, texts: readonly string[]): boolean {
  return Array.isArray(value) && value.every((one: unknown) => {
    if (typeof one !== "object" || one === null) return false;
    return texts.every((t) => typeof (one as Record<string, unknown>)[t] === "string");
  });
}
