import { type Checkpoint, writeCheckpoint } from '../checkpoint/index.ts';
import type { Config, RunOptions } from '../config/index.ts';
import { RnnError } from '../errors.ts';
import { inspectFlow } from '../inspect/index.ts';
import { createRandom } from '../random.ts';
import { bpc, formatFlow } from '../report/index.ts';
import { defaultSeed, generate } from '../sample/index.ts';
import type { TrainEvent, Trainer } from '../train/index.ts';
import { Display } from './display.ts';
import { say, survivePipes, toJson, write } from './output.ts';
import type { RunFiles } from './run-files.ts';

const PREVIEW_LENGTH = 120;
/** The event loop gets a turn this often, so that Ctrl-C is heard. */
const TURN_MS = 25;
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Runs the trainer to its end: shows, prints and saves what it yields. */
export async function follow(
  trainer: Trainer,
  files: RunFiles,
  options: RunOptions,
  config: Config,
): Promise<void> {
  const display = new Display();
  const signals = listen(trainer);
  survivePipes(() => trainer.stop());
  const emit = (event: object) => (options.json ? write(`${toJson(event)}\n`) : undefined);
  let turned = performance.now();
  let result = '';
  try {
    for (const event of trainer.run()) {
      if (event.event === 'save') await save(event, files, display, emit, trainer);
      else if (event.event !== 'wait') {
        display.show(event);
        if (event.event === 'done')
          result = `train ${bpc(event.trainBpc)}, validation ${bpc(event.validationBpc)} bpc`;
        await emit(await complete(event, trainer, files, display, config));
      }
      if (event.event === 'wait' || performance.now() - turned > TURN_MS) {
        await new Promise((resolve) => setImmediate(resolve));
        turned = performance.now();
      }
    }
  } finally {
    display.close();
    signals.close();
  }
  say(`saved ${files.last} (${result}); go on with: rnn sample ${files.last}`);
  if (signals.exitCode !== undefined) process.exitCode = signals.exitCode;
}

/** The first signal ends the run after its step, with a checkpoint; the second leaves at once. */
function listen(trainer: Trainer) {
  const listener = {
    exitCode: undefined as number | undefined,
    close() {
      for (const signal of Object.keys(SIGNALS)) process.off(signal, onSignal);
    },
  };
  function onSignal(signal: keyof typeof SIGNALS): void {
    if (listener.exitCode !== undefined) process.exit(listener.exitCode);
    listener.exitCode = SIGNALS[signal];
    trainer.stop();
  }
  for (const signal of Object.keys(SIGNALS)) process.on(signal, onSignal);
  return listener;
}

/** Adds to an event what only the outside knows: text, time, files. */
async function complete(
  event: TrainEvent,
  trainer: Trainer,
  files: RunFiles,
  display: Display,
  config: Config,
): Promise<object> {
  if (event.event === 'sample') {
    const text = preview(trainer, config.rngSeed, event.step);
    display.log(`sample at step ${event.step}`, text);
    return { ...event, text };
  }
  if (event.event === 'inspect') {
    const row = inspectFlow(trainer.snapshot());
    trainer.recordFlow(row);
    display.log(`gradient at step ${event.step}`, formatFlow(row));
    return { ...event, ...row };
  }
  if (event.event !== 'done') return event;
  const { charactersPerSecond } = display.progress;
  return {
    ...event,
    charactersPerSecond,
    checkpoint: files.last,
    backend: trainer.kernels.numerics,
    threads: trainer.threads,
  };
}

/** A preview draws from a stream of its own, so that it never changes training. */
function preview(trainer: Trainer, rngSeed: number, step: number): string {
  const { vocabulary } = trainer;
  const random = createRandom(`${rngSeed}/${step}`, 'preview');
  const options = { temperature: 0.8, topK: 0, topP: 1, minP: 0, greedy: false };
  const stream = generate(trainer.weights, trainer.kernels, defaultSeed(vocabulary), options, random);
  const ids: number[] = [];
  for (const id of stream) if (ids.push(id) === PREVIEW_LENGTH) break;
  return vocabulary.decode(ids);
}

type SaveEvent = Extract<TrainEvent, { event: 'save' }>;

/**
 * Training goes on when a save in the middle fails (a full disk may be freed); the first and the last must succeed.
 */
async function save(
  event: SaveEvent,
  files: RunFiles,
  display: Display,
  emit: (event: object) => Promise<void> | undefined,
  trainer: Trainer,
): Promise<void> {
  const { step, kind, checkpoint } = event;
  const path = files[kind];
  const error = await trySave(path, checkpoint);
  if (error === undefined) {
    await emit({ event: 'save', step, kind, checkpoint: path });
    return;
  }
  const problem = `${path}: the checkpoint of step ${step} could not be saved (${error})`;
  const must = kind === 'last' && (step === 0 || trainer.ended);
  if (must)
    throw new RnnError('checkpoint', `${problem}; free some space or name another directory with --out`);
  display.warn(`${problem}; training goes on, the next save will try again`);
  await emit({ event: 'save', step, kind, checkpoint: path, error });
}

async function trySave(path: string, checkpoint: Checkpoint): Promise<string | undefined> {
  try {
    await writeCheckpoint(path, checkpoint);
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return `${code}: ${message}`;
  }
}
