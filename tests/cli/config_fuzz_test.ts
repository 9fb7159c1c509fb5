import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import "../helpers/seed.ts";
import { HikaeError } from "../../src/base/errors.ts";
import { configProblems, parseConfig } from "../../src/config/parse.ts";
import { jsonSchema } from "../../src/config/schema.ts";

/** Reads a text; whatever it is, the answer is a frozen config or a `config` error with a place. */
function holds(text: string): void {
  for (const platform of ["linux", "windows"] as const) {
    const file = platform === "windows" ? "C:\\c\\hikae.jsonc" : "/c/hikae.jsonc";
    try {
      const { config } = parseConfig(text, {
        file,
        expand: { platform, env: (n) => n.length % 2 === 0 ? "x" : undefined },
      });
      assert(Object.isFrozen(config));
    } catch (error) {
      assert(error instanceof HikaeError, String(error));
      assert(error.id === "config");
      assertMatch(error.message, /hikae\.jsonc:\d+:\d+: /);
    }
  }
}

const KEYS = [
  ..."jobs defaults log keep a source vaults exclude excludeFrom excludeLargerThan".split(" "),
  ..."maxRetention verifyShare plugins path allow net run timeout options onError".split(" "),
  ..."within last toString __proto__ constructor $schema hasOwnProperty".split(" "),
];
const leaf = fc.oneof(
  fc.constantFrom("90d", "10M", "1%", "~/x", "$AB/c", "${", "%X%", "warn", "", "E:\\x", "hikae:x"),
  fc.string({ unit: "binary" }),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: "medium", withCrossShrink: true },
    leaf,
    fc.array(tie("tree"), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...KEYS), tie("tree"), { maxKeys: 6, noNullPrototype: true }),
  ),
}));

Deno.test("config: any text gives a config or a config error", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), holds), { numRuns: 500 });
  const token = fc.constantFrom(
    ...'{ } [ ] , : // /* */ " \\ \n \r \u0000 1 -1e999 null'.split(" "),
  );
  const words = fc.array(fc.oneof(token, fc.constantFrom(...KEYS).map((k) => `"${k}"`)));
  fc.assert(fc.property(words.map((w) => w.join("")), holds), { numRuns: 1000 });
});

Deno.test("config: any JSON gives a config or a config error", () => {
  fc.assert(fc.property(tree.map((v) => JSON.stringify(v) ?? ""), holds), { numRuns: 500 });
});

Deno.test("config: any job gives a config or a config error", () => {
  const near = fc.record({
    source: leaf,
    vaults: fc.oneof(fc.array(leaf, { maxLength: 3 }), tree),
    keep: tree,
    plugins: fc.array(fc.record({ path: leaf, allow: tree, options: tree }), { maxLength: 2 }),
    exclude: tree,
    maxRetention: leaf,
  }, { requiredKeys: ["source", "vaults"] });
  const whole = fc.record({ jobs: fc.dictionary(fc.string({ maxLength: 4 }), near) });
  fc.assert(fc.property(whole, (v) => holds(JSON.stringify(v, null, 1))), { numRuns: 500 });
});

Deno.test("config: a good text with one piece cut, doubled or replaced", () => {
  const good = `{ // c\n "jobs": { "a": { "source": "~/d", "vaults": ["$XY/v", "w"],
   "keep": { "last": 7, "within": "1y" }, "plugins": [ { "path": "./p.ts", "timeout": "5s" } ],
   "excludeLargerThan": "1.5G", "verifyShare": "1%" } } }`;
  const at = fc.nat(good.length);
  fc.assert(
    fc.property(at, fc.nat(6), fc.string({ unit: "binary", maxLength: 3 }), (from, length, put) => {
      holds(good.slice(0, from) + put + good.slice(from + length));
      holds(good.slice(0, from + length) + good.slice(from));
    }),
    { numRuns: 500 },
  );
});

Deno.test("config: long hostile texts are read in linear time", () => {
  const n = 200_000;
  holds(`{"jobs":{"a":{"source":"s","vaults":["v"],"maxRetention":"${"1d".repeat(n)}x"}}}`);
  holds(`{"jobs":{"a":{"source":"s","vaults":["v"],"excludeLargerThan":"${"1".repeat(n)}x"}}}`);
  holds(`{"jobs":{"a":{"source":"${"${".repeat(n)}","vaults":["${"%A".repeat(n)}"]}}}`);
  holds(`{"${"k".repeat(n)}":1}`);
  holds(`{"jobs":{"a":{"source":"s","vaults":["v"],"exclude":[${"1,".repeat(n / 10)}]}}}`);
  holds("/*".repeat(n));
});

const RECIPIENT = "age132tnxreslscuwc93phdwlj7lfr4llfcj5frs3trljsjepta0yy3skdmmv7";

/** Every key that a config may have, each with a good value. */
const WHOLE = {
  $schema: "./hikae.schema.json",
  lang: "en",
  log: { keep: 3 },
  defaults: { exclude: ["a"] },
  jobs: {
    a: {
      source: "s",
      vaults: ["v"],
      exclude: ["x"],
      excludeFrom: ["f"],
      excludeIfPresent: ["n"],
      excludeLargerThan: "10M",
      oneFileSystem: true,
      maxGenerations: 1,
      maxRetention: "90d",
      checksum: true,
      attributes: true,
      share: "auto",
      keep: { last: 1, within: "3d", deleted: "3d", minVersions: 2 },
      verifyShare: "1%",
      snapshotSource: false,
      bundle: { to: "b", recipients: [RECIPIENT], full: "50%", volumeSize: "1M" },
      onError: "warn",
      commands: { before: [["ls"], { run: ["ls"], timeout: "1m", onError: "warn" }] },
      plugins: [{
        path: "hikae:webhook",
        allow: {
          read: ["a"],
          write: ["b"],
          net: ["h:443"],
          env: ["N"],
          run: ["ls"],
          sys: ["cpus"],
          source: ["/x"],
        },
        options: { u: 1 },
        timeout: "1s",
        onError: "warn",
      }],
    },
    b: { sources: ["a", "b"], vaults: ["w"] },
    c: {
      source: "s",
      vaults: ["y"],
      bundle: {
        to: "s3:https://host/bucket",
        recipients: [RECIPIENT],
        lock: { mode: "compliance", days: 1 },
      },
    },
  },
};

type Place = (string | number)[];

function* places(value: unknown, above: Place = []): Generator<Place> {
  if (above.length > 0) yield above;
  if (typeof value !== "object" || value === null) return;
  const keys = Array.isArray(value) ? value.map((_, i) => i) : Object.keys(value);
  for (const key of keys) {
    yield* places((value as Record<string | number, unknown>)[key], [...above, key]);
  }
}

/** The whole config with another value at one place. */
function withOther(place: Place, other: unknown): Record<string, unknown> {
  const whole = structuredClone(WHOLE) as Record<string, unknown>;
  let at = whole as Record<string | number, unknown>;
  for (const key of place.slice(0, -1)) at = at[key] as typeof at;
  at[place.at(-1) ?? ""] = other;
  return whole;
}

function problemsOf(value: unknown): string[] {
  return configProblems(JSON.stringify(value), {
    file: "/c/hikae.jsonc",
    expand: { platform: "linux", env: () => undefined },
    shipped: ["webhook"],
  }).map(({ message }) => message);
}

Deno.test("config: a wrong value anywhere is told in hikae's own words, each once", () => {
  assertEquals(problemsOf(WHOLE), []);
  for (const place of places(WHOLE)) {
    for (const other of [5, -1, 1.5, "", [], [5], [""], [null], [[]], {}, { x: 1 }, null, true]) {
      const told = problemsOf(withOther(place, other));
      const what = `${place.join(".")} = ${JSON.stringify(other)}`;
      for (const message of told) {
        assert(!/invalid input|received|undefined/i.test(message), `${what}: ${message}`);
      }
      const where = told.map((message) => message.replace(/ expected .*/s, ""));
      assertEquals(where, [...new Set(where)], what);
    }
  }
});

interface SchemaPart {
  type?: string;
  properties?: Record<string, SchemaPart>;
  additionalProperties?: SchemaPart;
  items?: SchemaPart;
  anyOf?: SchemaPart[];
}

/** Whether the JSON Schema lets a text stand at a place. */
function takesText(part: SchemaPart, [key, ...below]: Place): boolean {
  const parts = [part, ...(part.anyOf ?? [])].flatMap((p) => [p, ...(p.anyOf ?? [])]);
  if (key === undefined) return parts.some(({ type }) => type === "string");
  return parts.some(({ properties, additionalProperties, items }) => {
    const next = typeof key === "number" ? items : properties?.[key] ?? additionalProperties;
    return typeof next === "object" && takesText(next, below);
  });
}

Deno.test("config: one text stands for a list where the JSON Schema says so, and nowhere else", () => {
  const schema: SchemaPart = JSON.parse(jsonSchema());
  let lists = 0;
  for (const place of places(WHOLE)) {
    const list = place.reduce<unknown>((v, k) => (v as Record<string, unknown>)[k], WHOLE);
    const [one] = Array.isArray(list) ? list : [];
    if (typeof one !== "string") continue;
    lists++;
    const told = problemsOf(withOther(place, one));
    assertEquals(told.length === 0, takesText(schema, place), `${place.join(".")}: ${told}`);
  }
  assert(lists > 12, `${lists}`);
});

Deno.test("config: a host is one that Deno takes, and a key of age is whole", () => {
  const host = (net: string): boolean =>
    problemsOf(withOther(["jobs", "a", "plugins", 0, "allow", "net"], [net])).length === 0;
  const good = ["a.b", "a.b:443", "[::1]:80", "1.2.3.4", "10.0.0.0/8", "*.a.b", "a_b", "a.b:65535"];
  const bad = ["a:65536", "a:", "a:x", "a/b", "::1", "[::1", "*", "a..b", "a@b", "a b", "a:1:2"];
  assertEquals([...good, ...bad].filter(host), good);
  const key = (recipient: string): boolean =>
    problemsOf(withOther(["jobs", "a", "bundle", "recipients"], [recipient])).length === 0;
  const cut = [RECIPIENT.slice(0, -1), RECIPIENT.replace("tnx", "tmx"), "age1x", `${RECIPIENT}q`];
  assertEquals([RECIPIENT, ...cut].filter(key), [RECIPIENT]);
});
