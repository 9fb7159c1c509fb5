/** The heap of a thread that works on much is collected when it has grown; a small one never is. */

import { assert, assertEquals } from "@std/assert";
import { WatchedHeap, worked } from "../../src/platform/heap.ts";

const MB = 1 << 20;

/** A heap whose size is told by hand, and how often it was looked for a way to collect, and collected. */
function trial(after: number): { heap: WatchedHeap; state: Record<string, number> } {
  const state = { size: 0, buffers: 0, found: 0, collected: 0 };
  const heap = new WatchedHeap({
    size: () => state.size,
    objects: () => state.size - state.buffers,
    find: () => {
      state.found++;
      return () => {
        state.collected++;
        state.size = after;
      };
    },
  });
  return { heap, state };
}

/** Works so much that the heap is looked at once. */
function look(heap: WatchedHeap): void {
  heap.worked(1 << 12);
}

Deno.test("heap: one that stays small is left alone, and nothing is loaded for it", () => {
  const { heap, state } = trial(0);
  for (const size of [1, 20, 39]) {
    state.size = size * MB;
    look(heap);
  }
  assertEquals(state.found, 0);
});

Deno.test("heap: it is collected when it has grown, by more where more lives", () => {
  const { heap, state } = trial(30 * MB);
  state.size = 41 * MB;
  look(heap);
  assertEquals([state.found, state.collected], [1, 1]);
  state.size = 53 * MB;
  look(heap);
  assertEquals(state.collected, 1);
  state.size = 55 * MB;
  look(heap);
  assertEquals([state.found, state.collected], [1, 2]);
  const much = trial(100 * MB);
  much.state.size = 120 * MB;
  look(much.heap);
  much.state.size = 132 * MB;
  look(much.heap);
  assertEquals(much.state.collected, 1);
  much.state.size = 134 * MB;
  look(much.heap);
  assertEquals(much.state.collected, 2);
});

Deno.test("heap: by how much it may grow goes by the objects that live, not by buffers", () => {
  const { heap, state } = trial(300 * MB);
  state.buffers = 210 * MB;
  for (const [size, collected] of [[320, 1], [329, 1], [331, 2]] as const) {
    state.size = size * MB;
    look(heap);
    assertEquals(state.collected, collected, `${size} MB`);
  }
});

Deno.test("heap: one that is not small is collected before a single call brings much", () => {
  const { heap, state } = trial(45 * MB);
  state.size = 39 * MB;
  heap.worked(10_000);
  assertEquals(state.collected, 0);
  state.size = 50 * MB;
  heap.worked(10_000);
  assertEquals(state.collected, 1);
  // what lived at that moment is not taken for what stays
  state.size = 50 * MB;
  look(heap);
  assertEquals(state.collected, 2);
  state.size = 50 * MB;
  look(heap);
  assertEquals(state.collected, 2);
  heap.worked(10_000);
  assertEquals(state.collected, 3);
});

Deno.test("heap: it is looked at now and then, not at each call", () => {
  let looks = 0;
  const heap = new WatchedHeap({
    size: () => (looks++, 0),
    objects: () => 0,
    find: () => undefined,
  });
  for (let i = 0; i < 10_000; i++) heap.worked(1);
  assert(looks > 0 && looks <= 20, `${looks} looks`);
});

Deno.test("heap: where the runtime has no way to collect, it is asked for a few times", () => {
  for (const failing of [false, true]) {
    let found = 0;
    const heap = new WatchedHeap({
      size: () => 500 * MB,
      objects: () => 0,
      find: () => {
        found++;
        if (failing) throw new Error("no such thing");
        return undefined;
      },
    });
    for (let i = 0; i < 9; i++) look(heap);
    assertEquals(found, 3);
  }
});

Deno.test("heap: a way that another thread stood in is found the next time", () => {
  let found = 0;
  let collected = 0;
  const heap = new WatchedHeap({
    size: () => 500 * MB,
    objects: () => 0,
    find: () => ++found < 3 ? undefined : () => void collected++,
  });
  for (let i = 0; i < 4; i++) {
    look(heap);
    heap.keepTo({ least: 40 * MB, step: 24 * MB });
  }
  assertEquals([found, collected], [3, 2]);
});

Deno.test("heap: one that is to stay small is collected at less", () => {
  const { heap, state } = trial(14 * MB);
  heap.keepTo({ least: 16 * MB, step: 8 * MB });
  for (const [size, collected] of [[15, 0], [17, 1], [21, 1], [23, 2]] as const) {
    state.size = size * MB;
    look(heap);
    assertEquals(state.collected, collected, `${size} MB`);
  }
});

Deno.test("heap: this runtime collects without a flag at its start, and keeps its flags", async () => {
  const live = Array.from({ length: 1_500_000 }, (_, i) => ({ i }));
  const dead = Array.from({ length: 1000 }, () => new WeakRef({}));
  // what a weak reference was made of stays until the end of the turn
  await new Promise((resolve) => setTimeout(resolve, 0));
  const { heapTotal, external } = Deno.memoryUsage();
  assert(heapTotal + external > 40 * MB, `${heapTotal} of ${live.length}`);
  worked(1 << 12);
  assertEquals(dead.filter((ref) => ref.deref() !== undefined).length, 0);
  assertEquals("gc" in globalThis, false);
});
