// Loaded into worker threads with --require: the n-th shard that this one takes (BREAK_AT) is its end (BREAK_HOW).
const { isMainThread } = require('node:worker_threads');

const ENDS = {
  exit: () => process.exit(7),
  throw: () => {
    throw new Error('broken');
  },
  stall: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
  memory: () => {
    const kept = [];
    while (true) kept.push(new Array(1e5).fill(kept.length));
  },
};

if (!isMainThread && process.env.BREAK_HOW) {
  const sub = Atomics.sub;
  let taken = 0;
  Atomics.sub = (array, index, value) => {
    const left = sub(array, index, value);
    if (left > 0 && ++taken === Number(process.env.BREAK_AT)) ENDS[process.env.BREAK_HOW]();
    return left;
  };
}
