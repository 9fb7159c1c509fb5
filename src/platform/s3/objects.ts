/** The objects of one bucket, as {@link Remote} asks for them. @module */

import { HikaeError } from "../../base/errors.ts";
import type {
  ObjectSize,
  ObjectState,
  RemoteObject,
  RemoteQuestion,
  RemoteVersion,
  Stored,
  StoredAs,
  StoredPart,
} from "../../base/remote.ts";
import { text } from "../../text/text.ts";
import { type S3Client, type S3Response, statusOf } from "./client.ts";
import type { FilePiece } from "./wire.ts";
import { escapeXml, parseXml, partsIn, textIn, type Xml } from "./xml.ts";

type S3Question<O extends RemoteQuestion["op"]> = Extract<RemoteQuestion, { op: O }>;

/** What is sent, with what it is checked by. */
export interface Hashed {
  body: Uint8Array<ArrayBuffer> | FilePiece;
  /** SHA-256 in hex. */
  sha256: string;
  /** MD5 in hex: what most servers have as the tag. */
  md5: string;
}

/** A bucket. */
export class S3Objects {
  readonly #client: S3Client;

  constructor(client: S3Client) {
    this.#client = client;
  }

  /** The names of the folders that lie directly below the prefix. */
  async vaults(): Promise<string[]> {
    const names: string[] = [];
    for await (
      const page of this.#pages("ListBucketResult", { "list-type": "2", delimiter: "/" })
    ) {
      for (const one of partsIn(page, "CommonPrefixes")) {
        const folder = textIn(one, "Prefix").slice(this.#client.keyOf("").length);
        names.push(folder.replace(/\/$/, ""));
      }
    }
    return names;
  }

  /** The objects of a vault with their versions; without those where the server has none or does not show them. */
  async list(vault: string): Promise<RemoteObject[]> {
    const at = this.#client.keyOf(`${vault}/`).length;
    try {
      return await this.#versions(vault, at);
    } catch (error) {
      if (!NO_VERSIONS.has(statusOf(error) ?? 0)) throw error;
    }
    const found: RemoteObject[] = [];
    for await (const one of this.#current(vault)) {
      found.push({ name: textIn(one, "Key").slice(at), versions: [versionOf(one, false)] });
    }
    return found;
  }

  /** The current objects of a vault; undefined where the key may not list. */
  async sizes(vault: string): Promise<ObjectSize[] | undefined> {
    const at = this.#client.keyOf(`${vault}/`).length;
    const found: ObjectSize[] = [];
    try {
      for await (const one of this.#current(vault)) {
        found.push({ name: textIn(one, "Key").slice(at), size: Number(textIn(one, "Size")) });
      }
    } catch (error) {
      if (statusOf(error) !== 403) throw error;
      return undefined;
    }
    return found;
  }

  async *#current(vault: string): AsyncGenerator<Xml> {
    const query = { "list-type": "2", prefix: this.#client.keyOf(`${vault}/`) };
    for await (const page of this.#pages("ListBucketResult", query)) {
      yield* partsIn(page, "Contents");
    }
  }

  async #versions(vault: string, at: number): Promise<RemoteObject[]> {
    const found = new Map<string, RemoteVersion[]>();
    const query = { versions: "", prefix: this.#client.keyOf(`${vault}/`) };
    for await (const page of this.#pages("ListVersionsResult", query)) {
      for (const kind of ["Version", "DeleteMarker"]) {
        for (const one of partsIn(page, kind)) {
          const name = textIn(one, "Key").slice(at);
          const versions = found.get(name) ?? [];
          found.set(name, versions);
          versions.push(versionOf(one, kind === "DeleteMarker"));
        }
      }
    }
    return [...found].map(([name, versions]) => ({ name, versions }));
  }

  async *#pages(root: string, query: Readonly<Record<string, string>>): AsyncGenerator<Xml> {
    const below = this.#client.keyOf("");
    const base = query.prefix === undefined && below !== "" ? { prefix: below, ...query } : query;
    for (let more: Record<string, string> = {};;) {
      const { bytes } = await this.#client.ask({ method: "GET", query: { ...base, ...more } });
      const page = parseXml(new TextDecoder().decode(bytes), root);
      if (page.name !== root) throw noListing();
      yield page;
      if (textIn(page, "IsTruncated") !== "true") return;
      const token = textIn(page, "NextContinuationToken");
      const key = textIn(page, "NextKeyMarker");
      if (token === "" && key === "") throw noListing();
      const version = textIn(page, "NextVersionIdMarker");
      const next: Record<string, string> = token !== ""
        ? { "continuation-token": token }
        : { "key-marker": key, ...(version === "" ? {} : { "version-id-marker": version }) };
      // a server that goes on at the same place has no end
      if (Object.entries(next).every(([name, value]) => more[name] === value)) throw noListing();
      more = next;
    }
  }

  /** A piece of an object; fewer bytes at its end. */
  async read({ name, version, from, length }: S3Question<"read">): Promise<Uint8Array> {
    const { status, bytes } = await this.#client.ask({
      method: "GET",
      key: name,
      query: version === undefined ? {} : { versionId: version },
      headers: { range: `bytes=${from}-${from + length - 1}` },
      // what lies beyond the end is nothing
      expect: [416, 404],
    });
    if (status === 404) {
      throw new HikaeError("damaged", text("bundle.s3-gone"), { path: name });
    }
    if (status === 416) return new Uint8Array();
    // a server that knows no ranges sends all
    return status === 206 ? bytes : bytes.subarray(from, from + length);
  }

  /** Looks at an object, or for it in a listing where the key may not read. */
  async look({ name, size, checksum }: S3Question<"look">): Promise<ObjectState> {
    try {
      const { status, headers } = await this.#client.ask({
        method: "HEAD",
        key: name,
        headers: { "x-amz-checksum-mode": "ENABLED" },
        expect: [404],
      });
      if (status === 404) return { is: "missing" };
      const told = headers.get("x-amz-checksum-sha256");
      const length = Number(headers.get("content-length") ?? NaN);
      const differs = size !== undefined && length !== size ||
        told !== null && checksum !== undefined && told !== checksum;
      return { is: "there", size: length, differs };
    } catch (error) {
      if (statusOf(error) !== 403) throw error;
    }
    return await this.#lookInListing(name, size);
  }

  async #lookInListing(name: string, size: number | undefined): Promise<ObjectState> {
    const key = this.#client.keyOf(name);
    try {
      for await (
        const page of this.#pages("ListBucketResult", { "list-type": "2", prefix: key })
      ) {
        const found = partsIn(page, "Contents").find((one) => textIn(one, "Key") === key);
        if (found === undefined) continue;
        const told = Number(textIn(found, "Size"));
        return { is: "there", size: told, differs: size !== undefined && told !== size };
      }
      return { is: "missing" };
    } catch (error) {
      if (statusOf(error) !== 403) throw error;
      return { is: "hidden" };
    }
  }

  /** Stores an object that is small enough for one request. */
  async put(name: string, body: Hashed, as: StoredAs): Promise<Stored> {
    const answer = await this.#client.ask({
      method: "PUT",
      key: name,
      headers: { ...checksumOf(body), ...headersOf(as), "if-none-match": "*" },
      body: body.body,
      hash: body.sha256,
      expect: [412],
    });
    return { there: answer.status === 412, proven: isProven(answer, body) };
  }

  /** Begins an object of parts; gives the id of the upload. */
  async begin({ name, as }: S3Question<"begin">): Promise<string> {
    const { bytes } = await this.#client.ask({
      method: "POST",
      key: name,
      query: { uploads: "" },
      headers: { ...headersOf(as), "x-amz-checksum-algorithm": "SHA256" },
    });
    const xml = parseXml(new TextDecoder().decode(bytes), "InitiateMultipartUploadResult");
    const id = textIn(xml, "UploadId");
    if (id === "") throw new HikaeError("failed", text("bundle.s3-no-upload"), { path: name });
    return id;
  }

  async part(
    { name, upload, number }: S3Question<"part">,
    body: Hashed,
  ): Promise<StoredPart & { proven: boolean }> {
    const answer = await this.#client.ask({
      method: "PUT",
      key: name,
      query: { partNumber: String(number), uploadId: upload },
      headers: checksumOf(body),
      body: body.body,
      hash: body.sha256,
    });
    const tag = answer.headers.get("etag") ?? "";
    return { tag, checksum: base64(body.sha256), proven: isProven(answer, body) };
  }

  /** Makes an object of its parts. */
  async complete(
    { name, upload, parts }: S3Question<"complete">,
    hashed: (text: string) => Hashed,
  ): Promise<Stored> {
    const list = parts.map(({ tag, checksum }, i) =>
      `<Part><PartNumber>${i + 1}</PartNumber><ETag>${escapeXml(tag)}</ETag>` +
      `<ChecksumSHA256>${checksum}</ChecksumSHA256></Part>`
    );
    const body = hashed(
      '<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
        `${list.join("")}</CompleteMultipartUpload>`,
    );
    const answer = await this.#client.ask({
      method: "POST",
      key: name,
      query: { uploadId: upload },
      headers: { "content-type": "application/xml", "if-none-match": "*" },
      body: body.body,
      hash: body.sha256,
      // the upload is not there any more: an answer was lost, and it is complete
      expect: [404, 412],
    });
    // an answer of 200 may still be an error: it was begun before the server knew
    const xml = parseXml(new TextDecoder().decode(answer.bytes), "CompleteMultipartUploadResult");
    const done = textIn(xml, "ETag") !== "" || textIn(xml, "Key") !== "";
    if (answer.status === 200 && !done) {
      throw new HikaeError("failed", text("bundle.s3-no-upload"), { path: name });
    }
    return { there: answer.status === 412, proven: answer.status === 200 };
  }

  async abort({ name, upload }: S3Question<"abort">): Promise<undefined> {
    await this.#client.ask({
      method: "DELETE",
      key: name,
      query: { uploadId: upload },
      expect: [404],
    });
  }
}

/** What servers answer that have no versions, or do not show them to this key. */
const NO_VERSIONS = new Set([400, 403, 404, 405, 501]);

function noListing(): HikaeError {
  return new HikaeError("failed", text("bundle.s3-no-listing"));
}

function versionOf(xml: Xml, marker: boolean): RemoteVersion {
  const id = textIn(xml, "VersionId");
  return {
    id: id === "" ? undefined : id,
    size: Number(textIn(xml, "Size") || 0),
    time: Date.parse(textIn(xml, "LastModified")) || 0,
    marker,
    latest: textIn(xml, "IsLatest") !== "false",
  };
}

function headersOf({ lock, storageClass }: StoredAs): Record<string, string> {
  return {
    ...(lock === undefined ? {} : {
      "x-amz-object-lock-mode": lock.mode.toUpperCase(),
      "x-amz-object-lock-retain-until-date": lock.until,
    }),
    ...(storageClass === undefined ? {} : { "x-amz-storage-class": storageClass }),
  };
}

function checksumOf({ sha256 }: Hashed): Record<string, string> {
  return { "x-amz-checksum-sha256": base64(sha256) };
}

function isProven({ headers }: S3Response, { sha256, md5 }: Hashed): boolean {
  const told = headers.get("x-amz-checksum-sha256");
  if (told !== null) return told === base64(sha256);
  return headers.get("etag")?.replaceAll('"', "").toLowerCase() === md5;
}

function base64(hex: string): string {
  return Uint8Array.fromHex(hex).toBase64();
}
