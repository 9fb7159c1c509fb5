/** `hikae verify`: reads what the vault has and holds it against what the records say. @module */

import { systemText } from "../../base/system_text.ts";
import type { Message } from "../../base/event.ts";
import { joinRel } from "../../base/relpath.ts";
import { type Stamp, stampToNumber } from "../../base/stamp.ts";
import type { Version } from "../../vault/catalog.ts";
import { attrFile, attrState } from "../../vault/attr_file.ts";
import { META, METADATA_FILE, ROOT_FILES } from "../../vault/names.ts";
import { kindText } from "../../text/kind_text.ts";
import { text } from "../../text/text.ts";
import { TakenAway } from "../../vault/taken_away.ts";
import { sameTree, wholeProof } from "../../vault/proof.ts";
import { recordFile } from "../../vault/record.ts";
import { PROOF, type RecordRow } from "../../vault/record_row.ts";
import { countsOf } from "../../vault/seal.ts";
import { checkCancelled, type EnginePorts } from "../ports.ts";
import { checkVersion, heldHint, isAnother, ReadFiles, verifyHint } from "./content.ts";
import { paged, sampleOf } from "./pages.ts";
import { checkedShare, markChecked } from "./freshness.ts";
import { rememberShare } from "./remembered_share.ts";
import { Repair } from "./repair.ts";
import type { VerifyCounts, VerifyRequest } from "./request.ts";
import { Unrepaired } from "./strays.ts";
import { type LostNames, metadataProblem, strangersIn } from "./structure.ts";
import type { SeenFiles } from "../seen_files.ts";
import { eachSeen, type SightSteps, walkSight } from "./seen_steps.ts";
import { seeContent } from "../../vault/content.ts";
import { Spellings } from "../../vault/folding.ts";
import { type StoredDir, VaultWalk } from "../../vault/walk.ts";
import { mendedText, openView } from "./open_view.ts";
import { pathOf, storedAs, type VerifyView } from "./view.ts";
import { livingDirs } from "../../vault/history/paths.ts";
import { allStored, storedTotal } from "../../vault/history/totals.ts";

/** How many strangers are named one by one. */
const MOST_NAMED = 100;

/** Verifies a vault; gives the counts. */
export function verify(ports: EnginePorts, request: VerifyRequest): VerifyCounts {
  const steps = verifying(ports, request);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** Verifies, step by step; what is checked is seen ahead where `seen` does that. */
export function* verifying(
  ports: EnginePorts,
  request: VerifyRequest,
  seen?: SeenFiles,
): SightSteps<VerifyCounts> {
  const started = ports.clock.now();
  let damagedRecords = 0;
  const emit = (m: Message): void => {
    if (m.message_type === "error" && m.during === "index") damagedRecords++;
    ports.emit(m);
  };
  const view = yield* openView({ ...ports, emit }, request, seen);
  try {
    const work = new Verification(ports, request, view, seen);
    work.counts.errors += damagedRecords;
    work.mended();
    work.seals();
    yield* work.left.toldAfter(work.content());
    yield* work.metadata();
    yield* work.strangers();
    ports.emit({
      message_type: "summary",
      command: "verify",
      vault: request.given,
      ...work.counts,
      total_duration: (ports.clock.now() - started) / 1000,
    });
    return work.counts;
  } finally {
    view.close();
  }
}

/** What a version was found to be. */
type Soundness = "sound" | "unknown" | "damaged";

class Verification {
  readonly counts: VerifyCounts = {
    files_checked: 0,
    bytes_checked: 0,
    damaged: 0,
    missing: 0,
    repaired: 0,
    unknown: 0,
    strangers: 0,
    seals_checked: 0,
    seals_broken: 0,
    unsealed: 0,
    errors: 0,
  };
  readonly #ports: EnginePorts;
  readonly #request: VerifyRequest;
  readonly #view: VerifyView;
  readonly #repair: Repair | undefined;
  readonly #read = new ReadFiles();
  readonly #taken: TakenAway;
  readonly #seen: SeenFiles | undefined;
  readonly left = new Unrepaired();

  constructor(
    ports: EnginePorts,
    request: VerifyRequest,
    view: VerifyView,
    seen: SeenFiles | undefined,
  ) {
    this.#seen = seen;
    this.#ports = ports;
    this.#request = request;
    this.#view = view;
    this.#taken = new TakenAway(view.vault, view.catalog);
    this.#repair = request.repair ? new Repair(ports, view, request) : undefined;
  }

  /** Records that were mended before anything was looked at: damage that is repaired. */
  mended(): void {
    for (const mended of this.#view.mended) {
      this.counts.damaged++;
      this.counts.repaired++;
      const path = this.#view.vault.recordPath(mended.stamp);
      this.#ports.emit({ message_type: "note", path, message: mendedText(mended) });
    }
  }

  /** The seals of all records; what of them does not hold was told when the records were read. */
  seals(): void {
    const { vault, catalog } = this.#view;
    const rows = catalog.records().filter((r) => r.finished);
    const runs = rows.filter((r) => r.kind === "run" && !r.forgotten);
    this.counts.unsealed = runs.filter((r) => r.proof === PROOF.unsealed).length;
    this.counts.seals_checked = rows.filter((r) => r.summary?.sha256 !== undefined).length;
    for (const r of runs) {
      if (r.proof !== PROOF.broken) continue;
      this.counts.seals_broken++;
      if (r.summary?.sha256 === r.sha256 && !sameTree(r.summary.tree, r.tree)) {
        this.#brokenTree(r);
      }
    }
    for (const r of rows) this.#attributes(r);
    for (const { name, type } of vault.oddRecords()) {
      this.counts.damaged++;
      const stored = `${META}/runs/${name}`;
      const message = text("record.odd", { what: kindText(type) });
      this.#problem(stored, stored, "damaged", message, text("record.odd-hint"));
    }
    const { chainBroken, missing } = wholeProof(vault, catalog);
    // with one of the records damaged or gone the chain cannot hold
    const explained = this.counts.errors > 0 || missing.length > 0 ||
      rows.some((r) => r.proof === PROOF.broken || r.summary?.sealed === false);
    if (!chainBroken || explained || this.#view.busy() || this.#taken.rewroteRecords()) return;
    this.counts.damaged++;
    const stored = `${META}/${ROOT_FILES.runs}`;
    this.#problem(stored, stored, "damaged", text("verify.chain"), text("verify.chain-hint"));
  }

  /** The file of a run's attributes is sealed too. */
  #attributes({ stamp, summary }: RecordRow): void {
    const { vault } = this.#view;
    const stored = `${META}/${ROOT_FILES.runs}/${attrFile(stamp)}`;
    const state = attrState(vault, stamp, summary);
    if (state === "none" || state === "sound" || this.#view.busy()) return;
    this.counts[state]++;
    const message = text(
      state === "missing" ? "attributes.file-missing" : "attributes.file-damaged",
    );
    this.#problem(stored, stored, state, message, text("attributes.file-hint"));
  }

  /** The record is whole, and still what lived after it is not what the records tell: one of them is damaged. */
  #brokenTree({ stamp, summary, tree }: RecordRow): void {
    const stored = `${META}/${ROOT_FILES.runs}/${recordFile(stamp)}`;
    this.counts.damaged++;
    this.#problem(
      stored,
      stored,
      "damaged",
      text("verify.tree", { stamp, sealed: countsOf(summary?.tree), found: countsOf(tree) }),
      text("verify.tree-hint"),
    );
  }

  /** Every version, or a share of them. */
  *content(): SightSteps<void> {
    const { catalog, contents } = this.#view;
    const { sample } = this.#request;
    const all = storedTotal(catalog);
    const bytes = Math.ceil(all.bytes * (sample ?? 1));
    this.#ports.progress.addTotal(Math.ceil(all.files * (sample ?? 1)), bytes);
    this.#ports.progress.totalKnown();
    this.#ports.hashMuch?.(bytes);
    const pages = sample === undefined ? paged(allStored(catalog)) : [sampleOf(catalog, sample)];
    const now = this.#ports.clock.now();
    for (const page of pages) {
      const checked: [Version, number][] = [];
      const place = (v: Version): string => seeContent(contents.stored(v), (path) => path);
      yield* eachSeen(this.#seen, page, place, (v) => {
        const found = this.#version(v);
        if (found !== "unknown") checked.push([v, found === "sound" ? now : -now]);
      });
      markChecked(catalog, checked);
    }
    this.#again(now);
    rememberShare(catalog, checkedShare);
  }

  /** What could not be repaired may have been met in another one's place, now that all was looked at. */
  #again(now: number): void {
    this.left.repair((v) => {
      const from = this.#try(() => this.#repair?.fromStray(v));
      if (from === undefined) return false;
      this.#repaired(pathOf(v), storedAs(this.#view, v), from);
      markChecked(this.#view.catalog, [[v, now]]);
      return true;
    });
    this.#try(() => this.#repair?.strays.close());
  }

  /** Checks a version, and tells what is wrong with it; gives what it is, repaired or not. */
  #version(v: Version): Soundness {
    checkCancelled(this.#ports);
    const finding = checkVersion(this.#ports, this.#view, v, this.#read);
    this.counts.files_checked++;
    this.#ports.progress.done(1, 0);
    if ("bytes" in finding) {
      this.counts.bytes_checked += finding.bytes;
      if (finding.state === "unknown") this.counts.unknown++;
      return finding.state;
    }
    const another = this.#taken.mayReplace(v) && isAnother(this.#view, v, finding);
    if (another) this.counts.unknown++;
    if (another || finding.state === "missing" && this.#taken.has(v)) return "unknown";
    const stored = storedAs(this.#view, v);
    if (finding.state !== "unreadable") this.counts[finding.state]++;
    const from = this.#try(() => this.#repair?.version(v));
    if (from !== undefined) {
      this.#repaired(pathOf(v), stored, from);
      return "sound";
    }
    const hint = verifyHint(v, "said" in finding ? finding.said : "");
    const tell = (): void => this.#problem(pathOf(v), stored, finding.state, finding.message, hint);
    if (this.#repair === undefined) tell();
    else this.left.add(v, tell);
    return "damaged";
  }

  /** The metadata file of every living directory. */
  *metadata(): SightSteps<void> {
    const { catalog, vault: { tree } } = this.#view;
    for (const page of paged(livingDirs(catalog))) {
      yield* eachSeen(this.#seen, page, (v) => tree.metadata(pathOf(v)), (v) => {
        checkCancelled(this.#ports);
        this.#metadataOf(pathOf(v));
      });
    }
  }

  #metadataOf(dir: string): void {
    const found = metadataProblem(this.#view, dir);
    if (found === undefined || this.#view.busy()) return;
    if (found.state !== "damaged" && this.#isOfUnfinished(dir, found.state)) return;
    const stored = joinRel(
      joinRel(this.#view.vault.tree.mirrorRel(dir), META),
      METADATA_FILE,
    );
    const state = found.state === "differs" ? "damaged" : found.state;
    this.counts[state]++;
    if (this.#try(() => this.#repair?.metadata(dir)) === true) {
      this.#repaired(dir, stored, text("verify.the-records"));
      return;
    }
    this.#problem(
      dir,
      stored,
      state,
      found.message,
      heldHint(found.said) ?? text("verify.metadata-hint"),
    );
  }

  /** What lies in the vault and is not accounted for: no damage, but worth a word. */
  *strangers(): SightSteps<void> {
    if (this.#view.busy()) return;
    const { vault } = this.#view;
    const { walked, ahead, most } = walkSight(vault, this.#seen, this.#ports.sight !== undefined);
    const walk = new VaultWalk(walked, (path, error) => {
      this.#problem(path, path, "unreadable", systemText(error), text("verify.readable-hint"));
    });
    const spellings = new Spellings(vault, this.#view.catalog);
    for (;;) {
      const upcoming = walk.upcoming(most);
      if (ahead !== undefined) yield ahead.see(upcoming, 2);
      const stored = walk.next();
      if (stored === undefined) break;
      ahead?.forget(upcoming.slice(0, 2));
      this.#strangersIn(stored, spellings);
    }
    const last = this.#unfinished();
    if (last === undefined) return;
    this.#ports.emit({
      message_type: "note",
      path: this.#request.given,
      message: text("verify.interrupted", { stamp: last }),
    });
  }

  #strangersIn(stored: StoredDir, spellings: Spellings): void {
    const lost = (names: LostNames): void => this.#lostNames(names);
    for (const { stored_as, message } of strangersIn(this.#view, stored, spellings, lost)) {
      checkCancelled(this.#ports);
      if (++this.counts.strangers > MOST_NAMED) continue;
      this.#ports.emit({ message_type: "note", path: stored_as, message });
    }
  }

  #lostNames(lost: LostNames): void {
    // a run that broke off may have got no further
    if (this.#unfinished() !== undefined) return;
    this.counts.damaged++;
    if (this.#try(() => this.#repair?.names(lost)) === true) {
      this.#repaired(lost.dir, lost.stored_as, text("verify.the-records"));
      return;
    }
    const message = text("verify.names-lost", { n: lost.names.size });
    this.#problem(lost.dir, lost.stored_as, "damaged", message, text("verify.metadata-hint"));
  }

  /** A run that broke off wrote it before the records and the index had the files, had not come to it, or took it. */
  #isOfUnfinished(dir: string, state: "differs" | "missing"): boolean {
    const run = this.#unfinished();
    if (run === undefined || state === "differs") return run !== undefined;
    // of a directory that it made no finished record tells
    const began = this.#view.catalog.living(dir)?.since ?? 0;
    return began <= 0 || began === stampToNumber(run) || this.#isEmptied(dir);
  }

  /** True when nothing lies any more where the files and links of a directory lived. */
  #isEmptied(dir: string): boolean {
    const { catalog, contents } = this.#view;
    return catalog.livingIn(dir).every((v) => v.type === "dir" || !contents.isThere(v));
  }

  /** The newest run, when it broke off and is not mended: the index lacks it, or has it as unfinished. */
  #unfinished(): Stamp | undefined {
    if (this.#request.repair) return undefined;
    const newest = this.#view.vault.newestRecord()?.stamp;
    const row = this.#view.catalog.records().at(-1);
    if (newest === undefined || row === undefined || row.stamp < newest) return newest;
    return row.finished || row.stamp > newest ? undefined : newest;
  }

  /** A repair that fails leaves the problem as it is. */
  #try<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      checkCancelled(this.#ports);
      this.#ports.emit({
        message_type: "note",
        path: this.#request.given,
        message: text("verify.repair-failed", { problem: systemText(error) }),
      });
      return undefined;
    }
  }

  #repaired(path: string, stored: string, from: string): void {
    this.counts.repaired++;
    this.#ports.emit({
      message_type: "note",
      path: stored,
      message: path === stored
        ? text("verify.repaired", { from })
        : text("verify.repaired-for", { from, path: path === "" ? "." : path }),
    });
  }

  #problem(path: string, stored_as: string, code: string, message: string, hint: string): void {
    this.counts.errors++;
    this.#ports.progress.error();
    this.#ports.emit({
      message_type: "error",
      path,
      during: "verify",
      code,
      message: `${stored_as}: ${message}`,
      vault: this.#request.given,
      stored_as,
      hint,
    });
  }
}
