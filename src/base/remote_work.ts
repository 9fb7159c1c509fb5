/** What somebody who reaches a place away from home works with. Plain data only: it passes between threads. @module */

import type { AwsKeys } from "./aws_keys.ts";

/** A place on a server that speaks S3, and what it is reached with. */
export interface S3Config {
  /** `https://host[:port]`. */
  origin: string;
  bucket: string;
  /** The bucket stands in the host's name. */
  virtual: boolean;
  prefix: string;
  region: string;
  keys: AwsKeys;
  /** The way there is by a proxy, which `fetch` alone takes. */
  proxied: boolean;
}

/** How a place is reached. */
export type RemoteReach =
  | { by: "s3" } & S3Config
  | { by: "rclone"; program: string; remote: string };

/** What is worked with. */
export type RemoteWork = {
  /** The directory of what is to be sent; undefined where nothing is. */
  spool: string | undefined;
  /** Bytes a second; undefined for as fast as it goes. */
  limit: number | undefined;
} & RemoteReach;
