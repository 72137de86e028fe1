import { architectureOf, loadWeights } from '../../../checkpoint/index.ts';
import { charactersOf } from '../../../corpus/index.ts';
import { type Traces, tracing } from '../../../inspect/units/neurons.ts';
import { createKernels } from '../../../kernels/index.ts';
import type { LoadedModel } from '../../../library/model.ts';
import { evaluationBytes } from '../../../train/index.ts';
import { Turns } from '../../../turns.ts';
import type { Read } from './responses.ts';

/** Longer texts are cut. */
export const MOST_CHARACTERS = 500;

export interface Trace extends Read {
  model: LoadedModel;
  ids: readonly number[];
  traces: Traces;
}

/** The states of all units while the model reads a text, between other things. @throws signal.reason */
export async function trace(model: LoadedModel, ids: readonly number[], signal: AbortSignal): Promise<Trace> {
  const { checkpoint } = model;
  const kernels = createKernels('auto', () => evaluationBytes(architectureOf(checkpoint), 1));
  const work = tracing(loadWeights(checkpoint, kernels), ids, kernels);
  const traces = await new Turns().finish(work, signal);
  const { characters, lengths } = charactersOf(checkpoint.vocabulary, ids);
  let read = 0;
  const ends = lengths.map((length) => {
    read += length;
    return read - 1;
  });
  return { model, ids, traces, characters, ends };
}
