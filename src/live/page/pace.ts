import { useEffect, useRef, useState } from 'preact/hooks';
import type { Snapshot } from '../protocol.ts';

/** A model that is looked at, and since when, in milliseconds. */
export interface Held {
  run: string;
  snapshot: Snapshot | null;
  since: number;
}

/** A run may be saved many times a second; its newest model is followed no faster than this, in milliseconds. */
export const PACE_MS = 2000;

/** @param isPaced whether the snapshot is the newest of a run in progress @returns what is looked at from now on */
export function paced(
  held: Held | null,
  run: string,
  snapshot: Snapshot | null,
  isPaced: boolean,
  now: number,
): Held {
  const waits = isPaced && held?.run === run && held.snapshot !== null && now < held.since + PACE_MS;
  if (waits || (held && isSame(held, run, snapshot))) return held;
  // from a choice back to the newest there is no wait
  return { run, snapshot, since: isPaced ? now : -Infinity };
}

const isSame = (held: Held, run: string, snapshot: Snapshot | null): boolean =>
  held.run === run && held.snapshot?.kind === snapshot?.kind && held.snapshot?.step === snapshot?.step;

/** The snapshot, or for a while the one before. */
export function usePaced(run: string, snapshot: Snapshot | null, isPaced: boolean): Snapshot | null {
  const held = useRef<Held | null>(null);
  const [, drawAgain] = useState(0);
  const now = performance.now();
  held.current = paced(held.current, run, snapshot, isPaced, now);
  const waits = !isSame(held.current, run, snapshot);
  const { since } = held.current;
  useEffect(() => {
    if (!waits) return;
    const timer = setTimeout(() => drawAgain((n) => n + 1), since + PACE_MS - now);
    return () => clearTimeout(timer);
  }, [waits, since]);
  return held.current.snapshot;
}
