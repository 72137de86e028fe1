/** The event loop gets a turn this often, so that signals and news of other threads are heard. */
const TURN_MS = 25;
let turned = performance.now();

/** Gives the event loop a turn when it has had none for a while. */
export async function turn(): Promise<void> {
  if (performance.now() - turned <= TURN_MS) return;
  await new Promise((resolve) => setImmediate(resolve));
  turned = performance.now();
}

/** Runs work to its end, with turns at its pauses. */
export async function finish<T>(work: Generator<unknown, T, void>): Promise<T> {
  let next = work.next();
  for (; !next.done; next = work.next()) await turn();
  return next.value;
}
