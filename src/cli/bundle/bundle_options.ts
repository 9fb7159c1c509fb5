/** What a bundle is asked to be: by the line, else by the job. @module */

import { systemText } from "../../base/system_text.ts";
import { remotePlace } from "../../base/bundle_place.ts";
import { HikaeError } from "../../base/errors.ts";
import type { StoredAs } from "../../base/remote.ts";
import { parseSize } from "../../base/size.ts";
import type { JobBundle } from "../../config/types.ts";
import type { FullRule } from "../../engine/bundle/sent.ts";
import { text } from "../../text/text.ts";
import type { Context } from "../command.ts";
import { absolute } from "../places/places.ts";

const LARGEST = 1 << 30;
const SMALLEST = 1 << 20;
const DAY_MS = 86_400_000;

/** A bundle as it is asked for. */
export interface BundleOptions {
  /** As it was given. */
  to: string;
  recipients: string[];
  volumeSize: number;
  full: boolean;
  fullWhen?: FullRule;
  as: StoredAs;
  /** Objects may be sent in parts. */
  parts: boolean;
  /** Bytes a second. */
  limit?: number;
  /** Bytes of the spool. */
  spoolLimit?: number;
}

/** The options of the line and of a job. */
export function bundleOptions(context: Context, job: JobBundle | undefined): BundleOptions {
  const { parsed } = context;
  const to = parsed.get("to") ?? job?.to;
  const own = recipientsOf(context);
  const recipients = own.length > 0 ? own : [...job?.recipients ?? []];
  if (to === undefined || recipients.length === 0) {
    throw new HikaeError("usage", text("bundle.create-arguments"), {
      hint: text("bundle.create-hint"),
    });
  }
  const fullWhen = fullRuleOf(parsed.get("full-when")) ?? job?.full;
  const size = (name: string): number | undefined => {
    const given = parsed.get(name);
    return given === undefined ? undefined : Math.max(1, parseSize(given, `--${name}`));
  };
  const [limit, spoolLimit] = [size("limit-upload"), size("spool-limit")];
  return {
    to,
    recipients,
    volumeSize: volumeSizeOf(parsed.get("volume-size")) ?? job?.volumeSize ?? LARGEST,
    full: parsed.has("full"),
    ...(fullWhen === undefined ? {} : { fullWhen }),
    as: storedAs(context, to, job),
    parts: remotePlace(to)?.kind === "s3",
    ...(limit === undefined ? {} : { limit }),
    ...(spoolLimit === undefined ? {} : { spoolLimit }),
  };
}

/** The public keys of the line and of its files, each once. */
function recipientsOf(context: Context): string[] {
  const read = (file: string): string[] => {
    try {
      return Deno.readTextFileSync(absolute(context.cwd, file)).split(/\r?\n/);
    } catch (cause) {
      throw new HikaeError("usage", text("bundle.read-keys", { why: systemText(cause) }), {
        path: file,
        cause,
      });
    }
  };
  const { parsed } = context;
  const lines = [...parsed.all("recipient"), ...parsed.all("recipients-file").flatMap(read)];
  return [...new Set(lines.map((l) => l.trim()).filter((l) => l !== "" && !l.startsWith("#")))];
}

function volumeSizeOf(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const size = parseSize(given, "--volume-size");
  if (size >= SMALLEST && size <= LARGEST) return size;
  throw new HikaeError("usage", text("bundle.volume-size", { given }), {
    hint: text("bundle.volume-size-hint"),
  });
}

function fullRuleOf(given: string | undefined): FullRule | undefined {
  if (given === undefined || given === "monthly") return given;
  const share = /^(\d{1,4}(?:\.\d+)?)%$/.exec(given)?.[1];
  if (share !== undefined) return Number(share) / 100;
  throw new HikaeError("usage", text("bundle.full-form", { given }), {
    hint: text("bundle.full-form-hint"),
  });
}

/** How objects are stored; until when they are locked is reckoned from now. */
function storedAs(context: Context, to: string, job: JobBundle | undefined): StoredAs {
  const lock = lockOf(context.parsed.get("lock")) ?? job?.lock;
  const storageClass = context.parsed.get("storage-class");
  const what = lock !== undefined ? "--lock" : storageClass !== undefined ? "--storage-class" : "";
  if (what !== "" && remotePlace(to)?.kind !== "s3") {
    throw new HikaeError("usage", text("bundle.only-s3", { what }), { path: to });
  }
  return {
    ...(lock === undefined ? {} : {
      lock: {
        mode: lock.mode,
        until: new Date(context.clock.now() + lock.days * DAY_MS).toISOString(),
      },
    }),
    ...(storageClass === undefined ? {} : { storageClass }),
  };
}

function lockOf(given: string | undefined): JobBundle["lock"] {
  if (given === undefined) return undefined;
  const [, mode, days] = /^(compliance|governance):([1-9]\d{0,4})d?$/.exec(given) ?? [];
  if (mode === "compliance" || mode === "governance") return { mode, days: Number(days) };
  throw new HikaeError("usage", text("bundle.lock-form", { given }), {
    hint: text("bundle.lock-form-hint"),
  });
}
