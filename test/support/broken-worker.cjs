// Loaded with --require: the n-th barrier or end of a window that a worker thread comes to (BREAK_AT) is its own end
// (BREAK_HOW). The first thread computes nothing before a worker is ready, however long its start takes.
const { isMainThread } = require('node:worker_threads');

/** Places of src/train/parallel/control.ts. */
const [READY, DONE, MEETINGS] = [3, 4, 7].map((line) => line * 32);
const arrives = (index) => index >= MEETINGS && (index - MEETINGS) % 64 === 0;
const { add, load, wait } = Atomics;
const ENDS = {
  exit: () => process.exit(7),
  throw: () => {
    throw new Error('broken');
  },
  // longer than the first thread waits at a barrier
  late: () => wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1200),
  stall: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
  memory: () => {
    const kept = [];
    while (true) kept.push(new Array(1e5).fill(kept.length));
  },
};

if (isMainThread) {
  Atomics.load = (array, index) => {
    if (index === READY) while (load(array, READY) === 0) wait(array, READY, 0, 1);
    return load(array, index);
  };
} else if (process.env.BREAK_HOW) {
  const ends = (index) => index === DONE && process.env.BREAK_HOW !== 'late';
  let arrived = 0;
  Atomics.add = (array, index, value) => {
    if ((arrives(index) || ends(index)) && ++arrived === Number(process.env.BREAK_AT))
      ENDS[process.env.BREAK_HOW]();
    return add(array, index, value);
  };
}
