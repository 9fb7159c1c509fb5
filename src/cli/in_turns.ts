/** Dealing with many messages while others wait for a turn. Pure. @module */

/** For so long messages are dealt with before anything else has its turn, ms. */
const TURN = 100;

/**
 * Deals with messages in order, and lets others have a turn in between: where who reads is slow no signal would be heard.
 * What is dealt with quickly waits for no timer, whose first loads Node's.
 */
export function inTurns<T>(deal: (message: T) => void): (message: T) => void {
  const waiting: T[] = [];
  let spent = 0;
  const go = (): void => {
    let n = 0;
    for (; n < waiting.length && spent <= TURN; n++) {
      const from = performance.now();
      deal(waiting[n] as T);
      spent += performance.now() - from;
    }
    waiting.splice(0, n);
    // lines are written right after that, together, and wait for who reads them
    const from = performance.now();
    queueMicrotask(() => spent += performance.now() - from);
    if (waiting.length > 0) setTimeout(again);
  };
  const again = (): void => {
    spent = 0;
    go();
  };
  return (message) => {
    if (waiting.push(message) === 1) go();
  };
}
