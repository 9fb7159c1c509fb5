/** Reports with made-up numbers, for the suites that look at pages. */

import type { ReportData, ReportRun } from "../../src/base/report_data.ts";
import { type Stamp, stampOf } from "../../src/base/stamp.ts";

/** Text that does harm where it is taken for markup, or that does not fit. */
export const HOSTILE = [
  `</style><script>document.title="owned"</script>`,
  `<img src=x onerror="document.title='owned'">`,
  `"><svg onload=alert(1)>.txt`,
  `a'b"c&amp;d<e>f.md`,
  `line\nbreak\ttab\x1b[31mred`,
  `\u202egpj.exe`,
  `\ud800lone`,
  `${"very-long-name-".repeat(17)}.bin`,
  `javascript:alert(1)`,
];

/** A report of `count` runs, one a day. */
export function sampleReport(count: number, names: readonly string[] = []): ReportData {
  let seed = 7;
  const random = (): number => (seed = seed * 48271 % 2147483647) / 2147483647;
  const start = Date.UTC(2026, 0, 5, 20);
  let current = 0;
  let past = 0;
  const runs = Array.from({ length: count }, (_, i): ReportRun => {
    const first = i === 0;
    const size = 3e6;
    const added = first ? 50_000 : Math.floor(random() * 120);
    const changed = first ? 0 : Math.floor(random() * 80);
    const deleted = first ? 0 : Math.floor(random() * 60);
    const bytes = { new: added * 13_000, changed: changed * size / 40, deleted: deleted * 20_000 };
    current += bytes.new - bytes.deleted;
    past += bytes.changed + bytes.deleted;
    return {
      stamp: stampOf(start + i * 86_400_000),
      state: i % 17 === 5 ? "partial" : "complete",
      new: { files: added, bytes: bytes.new },
      changed: { files: changed, bytes: bytes.changed },
      deleted: { files: deleted, bytes: bytes.deleted },
      failed: i % 17 === 5 ? 3 : 0,
      current,
      past,
    };
  });
  const paths = [
    ...names,
    "photos/2025/summer/IMG_4711.mov",
    "mail/archive.mbox",
    "projects/thesis/main.pdf",
    "notes/todo.txt",
  ];
  const files = paths.map((path, i) => ({
    path,
    size: 2_000_000_000 / (i + 1) ** 1.5,
    stored: 5_000_000_000 / (i + 1),
    versions: Math.ceil(90 / (i + 1)),
    current: i % 3 !== 2,
  }));
  return {
    vault: "/mnt/usb/documents",
    job: "documents",
    source: "/home/me/Documents",
    host: "laptop",
    made: stampOf(start + count * 86_400_000),
    snapshots: runs.length,
    first: runs[0]?.stamp ?? null,
    last: runs.at(-1)?.stamp ?? null,
    runs,
    totals: { files: 51_234, bytes: current, versions: 58_001, stored: current + past },
    checked: count === 0
      ? null
      : { share: 0.999, oldest: stampOf(start), damaged: count === 12 ? 2 : 0 },
    largest: count === 0 ? [] : files,
    most_versioned: count < 2 ? [] : files,
    rules: count < 3 ? [] : [
      {
        command: "prune",
        rule: "keep 7 last, 14 daily, 8 weekly",
        snapshots: runs.slice(0, count - 2).map((r): Stamp => r.stamp),
        versions: 412,
        bytes: 3_400_000_000,
        largest: paths.map((path) => ({ path, bytes: 1e6, reason: "no kept snapshot needs it" })),
      },
      {
        command: "cleanup",
        rule: "keep deleted files for 90d",
        snapshots: [],
        versions: 0,
        bytes: 0,
        largest: [],
      },
    ],
    rules_note: "",
  };
}
