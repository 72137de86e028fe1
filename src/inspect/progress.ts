/** How far an inspection is. */
export interface InspectionProgress {
  doing: string;
  done: number;
  total: number;
}

/** Passes the counts that a piece of work yields on as progress. */
export function* reporting<T>(
  doing: string,
  total: number,
  work: Generator<number, T, void>,
): Generator<InspectionProgress, T, void> {
  let next = work.next();
  for (; !next.done; next = work.next()) yield { doing, done: next.value, total };
  return next.value;
}
