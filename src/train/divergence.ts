import { type Config, DEFAULT_LEARNING_RATES } from '../config/index.ts';
import { type NameOf, RnnError } from '../errors.ts';
import type { Floats } from '../kernels/index.ts';
import type { Parameter, ParameterBuffer } from '../model/index.ts';

/** A buffer laid out like the weights, and what its numbers are. */
interface Numbers {
  what: string;
  data: Floats;
}

/**
 * Looks at the loss of a window and the norm of its gradient, before the update.
 * @param step to be made, from 1
 * @throws RnnError when one is not finite
 */
export function checkGradient(
  step: number,
  config: Config,
  nats: number,
  norm: number,
  weights: ParameterBuffer,
  gradient: ParameterBuffer,
): void {
  if (Number.isFinite(nats) && Number.isFinite(norm)) return;
  const [expected, got] = Number.isFinite(nats) ? ['a finite gradient norm', norm] : ['a finite loss', nats];
  const among = [
    { what: 'weights', data: weights.data },
    { what: 'gradient', data: gradient.data },
  ];
  const where = firstBad(weights.table, among);
  // before the first update no learning rate has had any effect
  if (step === 1) throw diverged(step, expected, got, where, smaller);
  throw diverged(step, expected, got, where, slower(config));
}

/**
 * Looks at everything that is about to be kept, in this order.
 * @param step that has been made
 * @param table where the tensors of these buffers lie
 * @throws RnnError when a number is not finite
 */
export function checkFinite(
  step: number,
  config: Config,
  table: readonly Parameter[],
  buffers: readonly Numbers[],
): void {
  for (const buffer of buffers) {
    const got = firstNotFinite(buffer.data);
    if (got !== undefined)
      throw diverged(step, `finite ${buffer.what}`, got, firstBad(table, [buffer]), slower(config));
  }
}

/** @throws RnnError when an evaluation is not a number that could be compared with others */
export function checkMeasurement(step: number, config: Config, nats: number): void {
  if (!Number.isFinite(nats)) throw diverged(step, 'a finite validation loss', nats, '', slower(config));
}

function firstBad(table: readonly Parameter[], buffers: readonly Numbers[]): string {
  for (const { what, data } of buffers) {
    const tensor = table.find(
      ({ offset, size }) => firstNotFinite(data.subarray(offset, offset + size)) !== undefined,
    );
    if (tensor) return `first tensor that went bad: ${what} of ${tensor.name}; `;
  }
  return '';
}

function firstNotFinite(data: Floats): number | undefined {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i]!)) return data[i];
  return undefined;
}

type Remedy = (name: NameOf) => string;

const smaller: Remedy = (name) => `start from smaller weights: lower ${name('initGain')}`;

function slower({ learningRate, optimizer }: Config): Remedy {
  const rate = Math.min(learningRate / 4, DEFAULT_LEARNING_RATES[optimizer]);
  return (name) => `try ${name('learningRate')} ${Number(rate.toPrecision(2))}`;
}

function diverged(step: number, expected: string, got: number, where: string, remedy: Remedy): RnnError {
  const hint = (name: NameOf) => where + remedy(name);
  return new RnnError('diverged', `training diverged at step ${step}`, { expected, got, hint });
}
