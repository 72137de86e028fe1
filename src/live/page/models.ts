import { loadModel } from '../../library/load.ts';
import { LoadedModel } from '../../library/model.ts';
import type { RunRecord } from '../protocol.ts';
import { fetchModel } from './runs.ts';

/** Models stay in memory while a reader goes to and fro between them. */
const MOST = 6;
const inMemory = new Map<string, Promise<LoadedModel>>();

/**
 * The model of a run's snapshot, computed with in this thread.
 * @throws Error whose message is a sentence for people
 */
export function loadSnapshot(run: RunRecord, step: number | 'best' | 'last'): Promise<LoadedModel> {
  // best and last are other models as the run goes on
  const at = typeof step === 'number' ? step : run.snapshots.find(({ kind }) => kind === step)?.step;
  const name = `${run.id}/${step}/${at}`;
  const model = inMemory.get(name) ?? fetched(run.id, step);
  inMemory.delete(name);
  inMemory.set(name, model);
  model.catch(() => inMemory.delete(name));
  const [oldest] = inMemory.keys();
  if (inMemory.size > MOST) inMemory.delete(oldest!);
  return model;
}

const fetched = async (run: string, step: number | 'best' | 'last'): Promise<LoadedModel> =>
  loadModel(await fetchModel(run, step), {}, (checkpoint, compute) => new LoadedModel(checkpoint, compute));
