// Loaded with --require: the n-th shard that a worker thread takes (BREAK_AT) is its end (BREAK_HOW). The first thread
// takes none before a worker has taken one, however long its start takes.
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

const { sub, wait } = Atomics;
if (isMainThread) {
  Atomics.sub = (array, index, value) => {
    const before = Atomics.load(array, index);
    while (Atomics.load(array, index) === before) wait(array, index, before, 1);
    Atomics.sub = sub;
    return sub(array, index, value);
  };
} else if (process.env.BREAK_HOW) {
  let taken = 0;
  Atomics.sub = (array, index, value) => {
    const left = sub(array, index, value);
    if (left > 0 && ++taken === Number(process.env.BREAK_AT)) ENDS[process.env.BREAK_HOW]();
    return left;
  };
}
