import { assert, assertMatch } from "@std/assert";
import fc from "fast-check";
import "../helpers/seed.ts";
import { HikaeError } from "../../src/base/errors.ts";
import { parseConfig } from "../../src/config/parse.ts";

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
