/** Where bundles are, as the command line or a job says it. @module */

import { join } from "@std/path";
import type { RemoteAnswer } from "../../base/remote.ts";
import type { QuestionHandlers } from "../../engine/questions.ts";
import { type AwsKeys, keysFrom, keysOfProfile } from "../../base/aws_keys.ts";
import { fromPlainError, HikaeError } from "../../base/errors.ts";
import { hostOf, type RemotePlace, remotePlace, type S3Place } from "../../base/bundle_place.ts";
import type { RemoteReach } from "../../base/remote_work.ts";
import type { RemoteCall, RemoteReply } from "../../sandbox/remote_wire.ts";
import { text } from "../../text/text.ts";
import type { BundlePlace } from "../../engine/bundle/places.ts";
import type { Context } from "../command.ts";
import { explainThread } from "../explain.ts";
import { realPlace } from "../places/places.ts";
import { openToOthers, programPath } from "../program/programs.ts";

/** What a worker that reaches a place works with besides. */
export interface ReachOptions {
  /** `uploader` where something is sent. */
  thread: "uploader" | "downloader";
  /** The directory of what is to be sent. */
  spool?: string;
  /** Bytes a second. */
  limit?: number;
}

/** Answers the engine's questions about a place. */
export interface Reached {
  answers: Pick<QuestionHandlers, "remote">;
  end(): void;
}

/** The place where bundles are to be read: a directory's real path, or an address. */
export function placeToRead(context: Context, where: string): BundlePlace {
  if (remotePlace(where) !== undefined) {
    // the part of one vault, as it is shown
    const [, place, vault, options = ""] = OWN_PART.exec(where) ?? [];
    return place === undefined || vault === undefined
      ? { where, away: true }
      : { where: place + options, away: true, vault };
  }
  return { where: realPlace(context.cwd, where, "no_vault", "bundles"), away: false };
}

const OWN_PART = /^(.+)\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/?(\?.*)?$/;

/** What the worker may do: one host, or one program; and the spool to read. */
export function rightsOf(
  place: RemotePlace,
  reach: RemoteReach,
  { spool }: Pick<ReachOptions, "spool">,
): { read: string[]; net: string[]; run: string[] } {
  return {
    read: spool === undefined ? [] : [spool],
    net: place.kind === "s3" ? [hostOf(place)] : [],
    run: reach.by === "rclone" ? [reach.program] : [],
  };
}

/** Prints what the worker that reaches a place may do; nothing for a directory. */
export function explainReach(context: Context, where: string, options: ReachOptions): void {
  const place = remotePlace(where);
  if (place === undefined) return;
  const program = programPath("rclone") ?? "rclone";
  const reach: RemoteReach = place.kind === "rclone"
    ? { by: "rclone", program, remote: place.remote }
    : {
      by: "s3",
      ...place,
      region: "",
      keys: { id: "", secret: "", token: undefined },
      proxied: false,
    };
  explainThread(context, options.thread, rightsOf(place, reach, options));
}

/** Starts the worker that reaches a place; undefined for a directory. Before main gives up its rights. */
export async function reach(
  context: Context,
  where: string,
  options: ReachOptions,
): Promise<Reached | undefined> {
  const place = remotePlace(where);
  if (place === undefined) return undefined;
  const by = reachOf(context, place);
  const worker = new Worker(new URL("../../workers/bundle_remote.ts", import.meta.url), {
    type: "module",
    name: options.thread,
    deno: { permissions: rightsOf(place, by, options) },
  });
  const { spool, limit } = options;
  const call = (message: RemoteCall): void => worker.postMessage(message);
  const waiting = new Map<number, PromiseWithResolvers<RemoteAnswer>>();
  const ready = Promise.withResolvers<void>();
  worker.onmessage = ({ data }: MessageEvent<RemoteReply>): void => {
    if (data.kind === "ready") return ready.resolve();
    const asked = waiting.get(data.id);
    waiting.delete(data.id);
    if ("error" in data) asked?.reject(fromPlainError(data.error));
    else asked?.resolve(data.answer);
  };
  worker.onerror = (event): void => {
    event.preventDefault();
    const error = new HikaeError("internal", `${options.thread}: ${event.message}`);
    ready.reject(error);
    for (const asked of waiting.values()) asked.reject(error);
    waiting.clear();
  };
  await ready.promise;
  call({ kind: "start", work: { spool, limit, ...by } });
  const stop = (): void => call({ kind: "stop" });
  context.signal.addEventListener("abort", stop);
  let last = 0;
  return {
    answers: {
      remote: (question) => {
        const asked = Promise.withResolvers<RemoteAnswer>();
        waiting.set(++last, asked);
        call({ kind: "ask", id: last, question });
        return asked.promise;
      },
    },
    end: () => {
      context.signal.removeEventListener("abort", stop);
      worker.terminate();
    },
  };
}

function reachOf(context: Context, place: RemotePlace): RemoteReach {
  if (place.kind === "rclone") {
    const program = programPath("rclone");
    const open = program === undefined ? undefined : openToOthers(program);
    if (program !== undefined && open !== undefined) {
      throw new HikaeError("plugin_refused", text("bundle.rclone-open", { program, place: open }), {
        hint: text("plugin.program-open-hint", { place: open }),
      });
    }
    if (program !== undefined) return { by: "rclone", program, remote: place.remote };
    throw new HikaeError("failed", text("bundle.rclone-missing"), {
      hint: text("bundle.rclone-missing-hint"),
    });
  }
  const { origin, bucket, virtual, prefix } = place;
  return {
    ...{ by: "s3", origin, bucket, virtual, prefix },
    region: regionOf(context, place),
    keys: keysFor(context),
    proxied: isProxied(context),
  };
}

/** The region of the address, of the environment, or of a host of Amazon's; what is left takes whatever it is. */
function regionOf({ env }: Context, { region, origin }: S3Place): string {
  const ofHost = /\.s3[.-]([a-z0-9-]+)\.amazonaws\.com$|\/s3[.-]([a-z0-9-]+)\.amazonaws\.com$/
    .exec(origin);
  return region ?? env("AWS_REGION") ?? env("AWS_DEFAULT_REGION") ?? ofHost?.[1] ?? ofHost?.[2] ??
    "us-east-1";
}

/** Whether requests go by a proxy: so the environment says to `fetch`. */
function isProxied({ env }: Context): boolean {
  return ["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY"]
    .some((name) => [env(name), env(name.toLowerCase())].some((set) => (set ?? "") !== ""));
}

/** The keys of the environment, or of the credentials file. */
function keysFor({ env }: Context): AwsKeys {
  const own = keysFrom(env);
  if (own !== undefined) return own;
  const home = env("HOME") ?? env("USERPROFILE") ?? "";
  const file = env("AWS_SHARED_CREDENTIALS_FILE") ?? join(home, ".aws", "credentials");
  const kept = keysOfProfile(textOf(file), env("AWS_PROFILE") ?? "default");
  if (kept !== undefined) return kept;
  throw new HikaeError("failed", text("bundle.s3-no-keys"), {
    hint: text("bundle.s3-no-keys-hint", { file }),
  });
}

function textOf(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
