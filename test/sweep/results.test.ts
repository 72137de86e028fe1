import { describe, expect, it } from 'vitest';
import { formatSweep, sweepView, tally, trialLine } from '../../src/report/index.ts';
import type { SweepDefinition } from '../../src/sweep/index.ts';
import {
  bestTrial,
  byConfiguration,
  catchUp,
  listTrials,
  newProgress,
  optunaJournal,
  readRecord,
  resultOf,
  resultsCsv,
  resultsJsonl,
  type TrialRecord,
  withMeasured,
  writeRecord,
} from '../../src/sweep/index.ts';

const DEFINITION: SweepDefinition = {
  corpus: ["it's.txt"],
  options: {},
  base: { steps: 90 },
  varied: [
    { key: 'cell', values: ['rnn', 'gru'] },
    { key: 'hidden', min: 3, max: 9, log: false, integer: true },
    { key: 'learningRate', min: 0.001, max: 0.1, log: true, integer: false },
  ],
  seeds: [4, 8],
  trials: 2,
};
const NOON = Date.UTC(2026, 0, 2, 12);

/** Two configurations of two seeds: finished, finished; stopped, failed. */
const TRIALS: TrialRecord[] = listTrials(DEFINITION).map((trial, i) => ({
  ...trial,
  settings: { cell: i < 2 ? 'gru' : 'rnn', hidden: i < 2 ? 7 : 4, learningRate: i < 2 ? 0.0123 : 0.05 },
  ...newProgress(90),
  started: NOON + i,
  ended: NOON + 1000 + i,
  ...[
    {
      state: 'finished',
      step: 90,
      best: { step: 60, bpc: 2.5 },
      curve: [
        [30, 3],
        [60, 2.5],
        [90, 2.75],
      ],
    },
    { state: 'finished', step: 90, best: { step: 90, bpc: 2.25 }, curve: [[90, 2.25]] },
    { state: 'stopped', step: 30, best: { step: 30, bpc: 3.5 }, curve: [[30, 3.5]], rungs: [3.5] },
    { state: 'failed', error: 'the loss, "x", is not a number' },
  ][i],
})) as TrialRecord[];

const results = TRIALS.map((trial) => resultOf(DEFINITION, trial));

describe('results of a sweep', () => {
  it('as a table', () => {
    expect(resultsCsv(DEFINITION, results)).toBe(
      'trial,configuration,cell,hidden,learningRate,seed,state,step,bestStep,bpc,error\r\n' +
        '1,1,gru,7,0.0123,4,finished,90,60,2.5,\r\n' +
        '2,1,gru,7,0.0123,8,finished,90,90,2.25,\r\n' +
        '3,2,rnn,4,0.05,4,stopped,30,30,3.5,\r\n' +
        '4,2,rnn,4,0.05,8,failed,0,,,"the loss, ""x"", is not a number"\r\n',
    );
  });

  it('as JSON Lines, with the command of each trial as a shell takes it', () => {
    const [line] = resultsJsonl(results).split('\n');
    expect(line).toBe(
      '{"trial":1,"configuration":1,"settings":{"cell":"gru","hidden":7,"learningRate":0.0123},"seed":4,"state":"finished","step":90,"bpc":2.5,"bestStep":60,"error":null,' +
        `"command":"rnn train 'it'\\\\''s.txt' --steps 90 --cell gru --hidden 7 --learning-rate 0.0123 --rng-seed 4"}`,
    );
  });

  it('over seeds: mean and standard deviation of those that finished', () => {
    expect(byConfiguration(TRIALS)).toEqual([
      {
        configuration: 1,
        settings: TRIALS[0]!.settings,
        finished: 2,
        trials: 2,
        mean: 2.375,
        deviation: Math.sqrt(2 * 0.125 ** 2),
      },
      {
        configuration: 2,
        settings: TRIALS[2]!.settings,
        finished: 0,
        trials: 2,
        mean: null,
        deviation: null,
      },
    ]);
    expect(bestTrial(TRIALS)?.number).toBe(2);
    expect(bestTrial(TRIALS.slice(3))).toBeUndefined();
  });

  it("as a journal for Optuna's JournalFileBackend, to the byte", () => {
    const worker = '"worker_id":"rnn-sweep"';
    const journal = optunaJournal('rates', DEFINITION, TRIALS).split('\n');
    expect(journal.slice(0, 12)).toEqual([
      `{"op_code":0,${worker},"study_name":"rates","directions":[1]}`,
      `{"op_code":4,${worker},"study_id":0,"datetime_start":"2026-01-02T12:00:00.000+00:00"}`,
      `{"op_code":5,${worker},"trial_id":0,"param_name":"cell","param_value_internal":1,"distribution":"{\\"name\\":\\"CategoricalDistribution\\",\\"attributes\\":{\\"choices\\":[\\"rnn\\",\\"gru\\"]}}"}`,
      `{"op_code":5,${worker},"trial_id":0,"param_name":"hidden","param_value_internal":7,"distribution":"{\\"name\\":\\"IntDistribution\\",\\"attributes\\":{\\"log\\":false,\\"step\\":1,\\"low\\":3,\\"high\\":9}}"}`,
      `{"op_code":5,${worker},"trial_id":0,"param_name":"learningRate","param_value_internal":0.0123,"distribution":"{\\"name\\":\\"FloatDistribution\\",\\"attributes\\":{\\"step\\":null,\\"low\\":0.001,\\"high\\":0.1,\\"log\\":true}}"}`,
      `{"op_code":7,${worker},"trial_id":0,"step":30,"intermediate_value":3}`,
      `{"op_code":7,${worker},"trial_id":0,"step":60,"intermediate_value":2.5}`,
      `{"op_code":7,${worker},"trial_id":0,"step":90,"intermediate_value":2.75}`,
      `{"op_code":8,${worker},"trial_id":0,"user_attr":{"trial":1}}`,
      `{"op_code":8,${worker},"trial_id":0,"user_attr":{"configuration":1}}`,
      `{"op_code":8,${worker},"trial_id":0,"user_attr":{"seed":4}}`,
      `{"op_code":6,${worker},"trial_id":0,"state":1,"values":[2.5],"datetime_complete":"2026-01-02T12:00:01.000+00:00"}`,
    ]);
    expect(journal.filter((line) => line.includes('"op_code":6')).slice(1)).toEqual([
      `{"op_code":6,${worker},"trial_id":1,"state":1,"values":[2.25],"datetime_complete":"2026-01-02T12:00:01.001+00:00"}`,
      `{"op_code":6,${worker},"trial_id":2,"state":2,"values":[3.5],"datetime_complete":"2026-01-02T12:00:01.002+00:00"}`,
      `{"op_code":6,${worker},"trial_id":3,"state":3,"values":null,"datetime_complete":"2026-01-02T12:00:01.003+00:00"}`,
    ]);
  });

  it('a stopped trial counts as far as its rung, whatever its process still did', () => {
    const curve: [number, number][] = [
      [10, 4],
      [20, 3],
      [30, 3.25],
      [40, 2],
    ];
    const measured = { step: 47, curve, best: { step: 40, bpc: 2 } };
    const rungs = { steps: [10, 30, 90], reduction: 3 };
    const trial = { ...TRIALS[2]!, rungs: [4, 3.25] };
    expect(withMeasured(trial, measured, rungs)).toMatchObject({
      step: 30,
      best: { step: 20, bpc: 3 },
      curve: curve.slice(0, 3),
    });
    expect(withMeasured({ ...trial, state: 'unfinished' }, measured, rungs)).toMatchObject(measured);
  });

  it('of a long run a hundred measurements are kept, the first and the last among them', () => {
    const curve = Array.from({ length: 777 }, (_, i): [number, number] => [i + 1, 5 - i / 1000]);
    const kept = withMeasured(
      TRIALS[0]!,
      { step: 777, curve, best: null },
      { steps: [], reduction: 3 },
    ).curve;
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([100, [1, 5], [777, 4.224]]);
  });
});

describe('a trial that is caught up with', () => {
  const rungs = { steps: [10, 30, 90], reduction: 3 };
  const curve: [number, number][] = [
    [10, 4],
    [20, 3],
    [30, 3.25],
    [40, 2],
  ];
  const measured = { step: 47, curve, best: { step: 40, bpc: 2 } };
  const first = { ...TRIALS[0]!, rungs: [3.5, 3] };

  it('goes on from its checkpoint where it is among the best at each rung', () => {
    const trial: TrialRecord = { ...TRIALS[1]!, state: 'waiting', rungs: [] };
    catchUp([{ ...first, rungs: [4.5, 3.5] }, trial], trial, measured, rungs);
    expect(trial).toMatchObject({
      state: 'unfinished',
      step: 47,
      rungs: [4, 3.25],
      best: { step: 40, bpc: 2 },
    });
  });

  it('is stopped at the first rung where it is not', () => {
    const trial: TrialRecord = { ...TRIALS[1]!, state: 'waiting', rungs: [] };
    catchUp([first, trial], trial, measured, rungs);
    expect(trial).toMatchObject({ state: 'stopped', step: 10, rungs: [4], best: { step: 10, bpc: 4 } });
    // revived, it is compared at the rungs after that
    catchUp([first, trial], trial, measured, rungs);
    expect(trial).toMatchObject({ state: 'stopped', step: 30, rungs: [4, 3.25], best: { step: 20, bpc: 3 } });
  });
});

describe('the record of a sweep', () => {
  const names = { file: 's.yaml', record: 'd/sweep.json', directory: 'd' };
  const trials = listTrials(DEFINITION);
  const steps = [90, 90, 90, 90, 70, 70];
  const text = writeRecord(DEFINITION, TRIALS);
  const refusal =
    (text: string, definition = DEFINITION) =>
    () =>
      readRecord(text, definition, listTrials(definition), steps, names);

  it('is read as it was written', () => {
    const read = readRecord(text, DEFINITION, trials, steps, names);
    expect(read.map(({ settings: _, ...rest }) => rest)).toEqual(
      TRIALS.map(({ settings: _, ...rest }) => rest),
    );
  });

  it('more draws go on with those of fewer; fewer are refused', () => {
    const more = { ...DEFINITION, trials: 3 };
    const read = readRecord(text, more, listTrials(more), steps, names);
    expect(read.map(({ number, state, steps }) => [number, state, steps])).toEqual([
      [1, 'finished', 90],
      [2, 'finished', 90],
      [3, 'stopped', 90],
      [4, 'failed', 90],
      [5, 'waiting', 70],
      [6, 'waiting', 70],
    ]);
    expect(refusal(writeRecord(more, read))).toThrow(
      's.yaml has changed since this sweep was begun (trials); ',
    );
  });

  it('of another file is refused, by what has changed', () => {
    const anew = 'put it back to go on with d, or name another directory with out';
    expect(refusal(text, { ...DEFINITION, base: { steps: 91 }, seeds: [4] })).toThrow(
      `s.yaml has changed since this sweep was begun (seeds, steps); ${anew}`,
    );
    expect(refusal(text, { ...DEFINITION, varied: DEFINITION.varied.toReversed() })).toThrow(
      `s.yaml has changed since this sweep was begun (the order of its settings); ${anew}`,
    );
    expect(refusal(text, { ...DEFINITION, rungs: { first: 3, reduction: 3 } })).toThrow(
      `s.yaml has changed since this sweep was begun (rungs); ${anew}`,
    );
  });

  it.each(['', '{', '[]', '{"format":"rnn-checkpoint"}', text.replace('"version":1', '"version":2')])(
    'that is none is refused (%#)',
    (content) => {
      expect(refusal(content)).toThrow(
        'd/sweep.json: expected the record of a sweep, got something else; name another directory with out',
      );
    },
  );
});

describe('a sweep on a terminal', () => {
  const running = [{ trial: { ...TRIALS[3]!, state: 'unfinished' as const }, step: 45, bpc: 3.125 }];
  const view = (columns: number, rows = 24) =>
    sweepView(TRIALS, running, { seconds: 75, left: 130 }, { columns, rows });

  it('at 79 columns', () => {
    expect(view(79)).toEqual([
      '4 of 4 trials ended (1 stopped early, 1 failed)  elapsed 1:15  ETA 2:10',
      'best 2.250 bpc, trial 2: cell gru, hidden 7, learningRate 0.0123, seed 8',
      '   4  ██████░░░░░░  45/90  3.125  cell rnn, hidden 4, learningRate 0.05, seed 8',
    ]);
  });

  it('fits into any width and height', () => {
    for (let columns = 1; columns <= 140; columns++)
      for (const line of view(columns)) expect(line.length).toBeLessThanOrEqual(columns);
    expect(view(39)).toEqual([
      '4 of 4 trials ended (1 stopped early, …',
      'best 2.250 bpc, trial 2: cell gru, hid…',
      '   4  45/90  3.125  cell rnn, hidden 4…',
    ]);
    const many = Array.from({ length: 50 }, () => running[0]!);
    expect(sweepView(TRIALS, many, { seconds: 1, left: undefined }, { columns: 80, rows: 10 })).toHaveLength(
      9,
    );
  });

  it('with the workers of a queue', () => {
    const there = running.map((one) => ({ ...one, worker: 'desk-4711' }));
    const now = { seconds: 75, left: undefined, workers: 3 };
    expect(sweepView(TRIALS, there, now, { columns: 79, rows: 24 })).toEqual([
      '4 of 4 trials ended (1 stopped early, 1 failed)  elapsed 1:15  3 workers',
      'best 2.250 bpc, trial 2: cell gru, hidden 7, learningRate 0.0123, seed 8',
      '   4  ██████░░░░░░  45/90  3.125  desk-4711: cell rnn, hidden 4, learningRate …',
    ]);
    expect(trialLine(TRIALS[2]!, TRIALS, 'desk-4711')).toBe(
      'trial 3/4  stopped at step 30  3.500 bpc at step 30  (cell rnn, hidden 4, learningRate 0.05, seed 4)  desk-4711',
    );
  });

  it('says of each trial what came of it', () => {
    expect(TRIALS.map((trial) => trialLine(trial, TRIALS))).toEqual([
      'trial 1/4  finished  2.500 bpc at step 60  (cell gru, hidden 7, learningRate 0.0123, seed 4)',
      'trial 2/4  finished  2.250 bpc at step 90, the best so far  (cell gru, hidden 7, learningRate 0.0123, seed 8)',
      'trial 3/4  stopped at step 30  3.500 bpc at step 30  (cell rnn, hidden 4, learningRate 0.05, seed 4)',
      'trial 4/4  failed: the loss, "x", is not a number  (cell rnn, hidden 4, learningRate 0.05, seed 8)',
    ]);
    expect(tally(TRIALS.slice(0, 1))).toBe('1 of 1 trial ended');
  });

  it('ends with the best configurations', () => {
    expect(formatSweep(TRIALS)).toBe(
      '  configuration  cell  hidden  learningRate  bpc            seeds\n' +
        '  1              gru   7       0.0123        2.375 ± 0.177  2 of 2\n',
    );
    expect(formatSweep(TRIALS.slice(3))).toBe('');
  });
});
