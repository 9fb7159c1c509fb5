/** The listing of a bucket, page by page. */

import { assertEquals, assertRejects } from "@std/assert";
import { HikaeError } from "../../src/base/errors.ts";
import type { S3Client, S3Request } from "../../src/platform/s3/client.ts";
import { S3Objects } from "../../src/platform/s3/objects.ts";

/** A server of these answers to a page that begins where the last one said. */
function bucket(page: (from: string) => { keys: string[]; next?: string }): S3Objects {
  const ask = ({ query = {} }: S3Request): Promise<unknown> => {
    const { keys, next } = page(query["key-marker"] ?? query["continuation-token"] ?? "");
    const root = "versions" in query ? "ListVersionsResult" : "ListBucketResult";
    const one = (key: string): string =>
      root === "ListBucketResult"
        ? `<Contents><Key>${key}</Key><Size>1</Size></Contents>`
        : `<Version><Key>${key}</Key><VersionId>1</VersionId><Size>1</Size></Version>`;
    const more = next === undefined
      ? "<IsTruncated>false</IsTruncated>"
      : `<IsTruncated>true</IsTruncated><NextContinuationToken>${next}</NextContinuationToken>` +
        `<NextKeyMarker>${next}</NextKeyMarker>`;
    const text = `<${root}>${keys.map(one).join("")}${more}</${root}>`;
    return Promise.resolve({ status: 200, bytes: new TextEncoder().encode(text) });
  };
  return new S3Objects({ ask, keyOf: (name: string) => `p/${name}` } as unknown as S3Client);
}

Deno.test("bucket: all pages of a listing are read", async () => {
  const keys = Array.from({ length: 2500 }, (_, i) => `p/v/${String(i).padStart(4, "0")}`);
  const paged = bucket((from) => {
    const rest = keys.filter((key) => key > from);
    const [part, next] = [rest.slice(0, 1000), rest[999]];
    return rest.length > 1000 && next !== undefined ? { keys: part, next } : { keys: part };
  });
  assertEquals((await paged.sizes("v"))?.length, 2500);
  assertEquals((await paged.list("v")).length, 2500);
});

Deno.test("bucket: a listing that goes on at the same place again and again is none", async () => {
  const endless = bucket(() => ({ keys: ["p/v/x"], next: "here" }));
  await assertRejects(() => endless.sizes("v"), HikaeError);
  await assertRejects(() => endless.list("v"), HikaeError);
});
