/** Reads a CPU profile: which functions take the time. @module */

/** A profile as V8 writes it. */
export interface CpuProfile {
  nodes: {
    id: number;
    callFrame: { functionName: string; url: string; lineNumber: number };
    children?: number[];
  }[];
  samples: number[];
  timeDeltas: number[];
}

/** A function and its share. */
export interface Hot {
  name: string;
  /** Milliseconds in itself. */
  self: number;
  /** Milliseconds in itself and in what it called. */
  total: number;
}

/** Functions by their own time, the most first. */
export function hottest(profile: CpuProfile): Hot[] {
  const own = new Map<number, number>();
  profile.samples.forEach((id, i) => {
    own.set(id, (own.get(id) ?? 0) + (profile.timeDeltas[i] ?? 0) / 1000);
  });
  const hot = new Map<string, Hot>();
  const nodes = new Map(profile.nodes.map((n) => [n.id, n]));
  const visit = (id: number, above: ReadonlySet<string>): number => {
    const node = nodes.get(id);
    if (node === undefined) return 0;
    const name = nameOf(node.callFrame);
    const self = own.get(id) ?? 0;
    const within = new Set(above).add(name);
    const total = (node.children ?? []).reduce((sum, child) => sum + visit(child, within), self);
    const entry = hot.get(name) ?? { name, self: 0, total: 0 };
    entry.self += self;
    // a function that calls itself is counted once
    if (!above.has(name)) entry.total += total;
    hot.set(name, entry);
    return total;
  };
  const root = profile.nodes[0];
  if (root !== undefined) visit(root.id, new Set());
  return [...hot.values()].sort((a, b) => b.self - a.self);
}

function nameOf(frame: CpuProfile["nodes"][number]["callFrame"]): string {
  const file = frame.url.replace(/^.*\/(src|bench)\//, "$1/");
  const where = file === "" ? "" : ` ${file}:${frame.lineNumber + 1}`;
  return `${frame.functionName || "(anonymous)"}${where}`;
}
