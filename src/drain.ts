/** Runs work to its end. */
export function drain<T>(work: Generator<unknown, T, void>): T {
  let next = work.next();
  while (!next.done) next = work.next();
  return next.value;
}
