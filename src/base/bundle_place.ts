/** Where bundles are: a directory, a bucket of S3 as restic writes it, or a remote of rclone. Pure. @module */

import { HikaeError } from "./errors.ts";
import { text } from "../text/text.ts";

/** A bucket, or a part of one. */
export interface S3Place {
  kind: "s3";
  /** As it was given. */
  given: string;
  /** `https://host[:port]`, with the bucket in the host's name where `virtual`. */
  origin: string;
  bucket: string;
  virtual: boolean;
  /** Without slashes at its ends; "" for the whole bucket. */
  prefix: string;
  region: string | undefined;
}

/** A path at a remote that rclone's own config names. */
export interface RclonePlace {
  kind: "rclone";
  given: string;
  /** `remote:path`, without a slash at its end. */
  remote: string;
}

/** A place away from home. */
export type RemotePlace = S3Place | RclonePlace;

/** The place away from home that a text names; undefined for a directory. Throws `usage` for what cannot be one. */
export function remotePlace(given: string): RemotePlace | undefined {
  if (given.startsWith("s3:")) return s3Place(given);
  if (given.startsWith("rclone:")) return rclonePlace(given);
  return undefined;
}

function s3Place(given: string): S3Place {
  const fail = (message: string): never => {
    throw new HikaeError("usage", message, { path: given, hint: text("bundle.s3-hint") });
  };
  const rest = given.slice(3);
  const url = URL.parse(/^https?:\/\//.test(rest) ? rest : `https://${rest}`);
  if (url === null || url.hostname === "" || url.hash !== "") {
    return fail(text("bundle.s3-address"));
  }
  if (url.username !== "" || url.password !== "") return fail(text("bundle.s3-keys-in-address"));
  if (url.protocol === "http:" && !LOOPBACK.test(url.hostname)) {
    return fail(text("bundle.s3-http"));
  }
  for (const key of url.searchParams.keys()) {
    if (key !== "region" && key !== "style") return fail(text("bundle.s3-option", { key }));
  }
  const style = url.searchParams.get("style") ?? "path";
  if (style !== "path" && style !== "virtual") return fail(text("bundle.s3-style", { style }));
  const [bucket = "", ...names] = url.pathname.split("/").filter((n) => n !== "")
    .map((n) => decoded(n) ?? fail(text("bundle.s3-address")));
  if (bucket === "") return fail(text("bundle.s3-bucket"));
  if (!BUCKET.test(bucket)) {
    throw new HikaeError("usage", text("bundle.s3-bucket-name", { bucket }), {
      path: given,
      hint: text("bundle.s3-bucket-name-hint"),
    });
  }
  if (names.some((n) => n === "." || n === ".." || n.includes("/"))) {
    return fail(text("bundle.s3-address"));
  }
  const virtual = style === "virtual";
  return {
    kind: "s3",
    given,
    origin: `${url.protocol}//${virtual ? `${bucket}.` : ""}${url.host}`,
    bucket,
    virtual,
    prefix: names.join("/"),
    region: url.searchParams.get("region") ?? undefined,
  };
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const BUCKET = /^[A-Za-z0-9][A-Za-z0-9._-]{1,62}$/;

function decoded(name: string): string | undefined {
  try {
    return decodeURIComponent(name);
  } catch {
    return undefined;
  }
}

function rclonePlace(given: string): RclonePlace {
  const remote = given.slice("rclone:".length);
  // a dash would be a flag, and a path without a remote is a directory of this machine
  if (/^(?!-)[\p{L}\p{N}_.+@ -]+:/u.test(remote)) {
    return { kind: "rclone", given, remote: remote.replace(/\/+$/, "") };
  }
  throw new HikaeError("usage", text("bundle.rclone-address"), {
    path: given,
    hint: text("bundle.rclone-hint"),
  });
}

/** The host that a place is reached at, with its port, as a permission has it. */
export function hostOf({ origin }: S3Place): string {
  const { protocol, hostname, port } = new URL(origin);
  return `${hostname}:${port !== "" ? port : protocol === "http:" ? "80" : "443"}`;
}
