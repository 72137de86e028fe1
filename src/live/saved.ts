import { architectureOf, type Checkpoint, type HistoryRow } from '../checkpoint/index.ts';
import { countParameters } from '../model/index.ts';
import { lengthOf, nextPlateau, rateInRun } from '../train/index.ts';
import { emptyColumns } from './columns.ts';
import type { Level, RunRecord, RunStatus, Snapshot, StepColumns } from './protocol.ts';

/** What is known of a run beside its checkpoint. */
export interface Known {
  id: string;
  /** its file, as a person would type it */
  checkpoint: string;
  snapshots: Snapshot[];
  /** where they are known */
  levels: readonly Level[];
}

/** A run as its checkpoint tells of it: of its steps, the means between evaluations. */
export function savedRecord(run: Checkpoint, known: Known): RunRecord {
  const { config, state, imported } = run;
  const { steps, stepsPerEpoch } = imported === undefined ? lengthOf(run) : { steps: 0, stepsPerEpoch: 0 };
  return {
    ...known,
    settings: { ...config },
    parameters: countParameters(architectureOf(run)),
    steps,
    stepsPerEpoch,
    charactersPerStep: config.batchSize * config.seqLength,
    startStep: state.step,
    step: state.step,
    levels: known.levels.length > 0 ? known.levels : [uniform(run)],
    columns: columnsOf(run, steps),
    history: state.history,
    previews: state.previews.map((row) => ({ ...row, copied: null })),
    flow: state.flow,
    rateChanges: state.rateChanges,
    seconds: null,
    charactersPerSecond: null,
    status: statusOf(run, known.checkpoint, steps),
  };
}

const uniform = ({ vocabulary }: Checkpoint): Level => ({ name: 'uniform', bpc: Math.log2(vocabulary.size) });

function statusOf({ state, imported }: Checkpoint, file: string, steps: number): RunStatus {
  if (imported !== undefined) return { kind: 'saved', message: `imported from ${imported}` };
  if (state.step >= steps) return { kind: 'finished', message: `all ${steps} steps were made` };
  return { kind: 'saved', message: `saved at step ${state.step} of ${steps}; --resume ${file} goes on` };
}

/** One entry for each evaluation. */
function columnsOf(run: Checkpoint, steps: number): StepColumns {
  const columns = emptyColumns();
  const rates = ratesOf(run, steps);
  run.state.history.forEach(({ step, trainBpc, gradientNorm, clipRate }, i) => {
    columns.step.push(step);
    columns.bpc.push(trainBpc);
    columns.learningRate.push(rates[i]!);
    columns.gradientNorm.push(gradientNorm);
    columns.clipRate.push(clipRate);
  });
  return columns;
}

/** The learning rate of the update before each evaluation; the plateau schedule is gone through once more for it. */
function ratesOf({ config, state }: Checkpoint, steps: number): number[] {
  let plateau = { sinceCut: 0, scale: 1 };
  let best = Infinity;
  return state.history.map(({ step, trainBpc, validationBpc }: HistoryRow) => {
    const rate = rateInRun(config, { ...state, plateau }, step, steps);
    const bpc = validationBpc ?? trainBpc;
    plateau = nextPlateau(config, plateau, bpc < best);
    best = Math.min(best, bpc);
    return rate;
  });
}
