import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Control, RunRecord } from '../protocol.ts';
import { address } from './address.ts';
import { added } from './record.ts';
import type { Connection, Source } from './source.ts';

/** What is known of all runs, kept up to date. */
const known = signal<readonly RunRecord[]>([]);
const link = signal<Connection>('connecting');
let source: Source | undefined;

export const runs: ReadonlySignal<readonly RunRecord[]> = known;
export const connection: ReadonlySignal<Connection> = link;

export function follow(from: Source): void {
  source = from;
  from.follow({
    runs: (all) => {
      known.value = all;
    },
    events: (events) => {
      const changed = new Map(known.peek().map((run) => [run.id, run]));
      for (const event of events) {
        const run = changed.get(event.run);
        if (run) changed.set(event.run, added(run, event));
      }
      known.value = [...changed.values()];
    },
    connection: (state) => batch(() => (link.value = state)),
  });
}

/** How many runs are drawn where the address names none. */
const MOST_AT_FIRST = 8;

/** The runs that are drawn; the first of them is the one that is looked at. */
export const shown: ReadonlySignal<readonly RunRecord[]> = computed(() => {
  const named = (address.value.run ?? '')
    .split(',')
    .flatMap((id) => runs.value.find((run) => run.id === id) ?? []);
  if (named.length > 0) return named;
  const inProgress = runs.value.filter(({ status }) => isInProgress(status.kind));
  return [...new Set([...inProgress, ...runs.value])].slice(0, MOST_AT_FIRST);
});

export const isInProgress = (kind: RunRecord['status']['kind']): boolean =>
  kind === 'running' || kind === 'paused';

/** @throws Error whose message is a sentence for people */
export const fetchModel = (run: string, step: number | 'best' | 'last'): Promise<Blob> =>
  source!.model(run, step);

/** Asks of the run in progress; null where nobody is there to ask. */
export const ask = (): ((control: Control) => Promise<number>) | null => source?.control ?? null;
