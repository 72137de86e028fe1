import { asWritten, type NameOf } from '../errors.ts';
import { FLOW_STEPS, type Flow, flowOf } from '../vanishing.ts';
import type { Facts } from './facts.ts';
import { type HorizonRow, NEGLIGIBLE_NATS, type ShortHistory } from './units/horizon.ts';

/** Answers of one model's figures to three questions, which no single word can answer together. */
export interface Answers {
  /** Can gradients travel? Of the dynamics alone, whatever the loss. */
  travel: Answer & { kind: Flow };
  /** Does this loss send gradients back now? */
  loss: Answer;
  /** Does the model use its past? */
  past: Answer & { kind: 'yes' | 'hardly' | 'cannot tell' };
}

export interface Answer {
  /** with its evidence and its uncertainty */
  text: string;
}

export const QUESTIONS: Record<keyof Answers, string> = {
  travel: 'Can gradients travel?',
  loss: 'Does this loss send gradients back now?',
  past: 'Does the model use its past?',
};

/** Lags that one window of training spans, as far as they were measured. */
export const reachOf = ({ lags, seqLength }: Pick<Facts, 'lags' | 'seqLength'>): number =>
  Math.min(seqLength, lags.length - 1);

/** Share of the gradient of one loss that is left one window back. */
export function keptShare(facts: Pick<Facts, 'lags' | 'seqLength'>): number {
  const [first, last] = [facts.lags[0]!.median, facts.lags[reachOf(facts)]!.median];
  return first > 0 ? last / first : 0;
}

/** By what was measured, never by the spectral radius: [[8,8],[−8,−8]] has radius 0 and still lets gradients explode. */
export function answer(facts: Facts, name: NameOf = asWritten): Answers {
  return { travel: travel(facts), loss: loss(facts, name), past: past(facts) };
}

/** How well the model predicts at all; null of one that beats a guess, without which no answer is good news. */
export function predictionFault({
  prediction: { nats, uniformNats },
}: Pick<Facts, 'prediction'>): string | null {
  if (!Number.isFinite(nats)) return 'Its loss is not finite: the model is broken, whatever the answers say.';
  if (nats < uniformNats) return null;
  const [own, uniform] = [nats, uniformNats].map((value) => (value / Math.LN2).toFixed(3));
  return `It predicts no better than a uniform guess (${own} against ${uniform} bits a character): it has learned nothing of this text.`;
}

/** The factor of a typical stretch of text, and of the least and the most. */
export function typical(factors: readonly number[]): { median: number; low: number; high: number } {
  const sorted = [...factors].sort((a, b) => a - b);
  const at = (place: number) => sorted[place]!;
  const middle = (sorted.length - 1) / 2;
  // the geometric mean of the two in the middle, as befits factors
  return {
    median: Math.sqrt(at(Math.floor(middle))) * Math.sqrt(at(Math.ceil(middle))),
    low: at(0),
    high: at(sorted.length - 1),
  };
}

function travel({ carried: { steps, factors }, layers }: Facts): Answers['travel'] {
  const { median, low, high } = typical(factors);
  const kind = flowOf(Math.log(median), steps);
  if (!Number.isFinite(median))
    return { kind, text: `${TRAVEL[kind]}: the states grow beyond what a float holds` };
  const direction = median > 1 ? 'the fastest direction grows' : 'the slowest direction keeps';
  const many = factors.length > 1;
  const range = many ? ` (${times(low)} to ${times(high)} in ${factors.length} stretches of text)` : '';
  const differing = factors.filter((factor) => flowOf(Math.log(factor), steps) !== kind).length;
  return {
    kind,
    text: [
      `${TRAVEL[kind]}: over ${steps} steps ${direction} ${times(median)}${range}`,
      ...(steps < FLOW_STEPS
        ? [`at that rate ${times(median ** (FLOW_STEPS / steps))} over ${FLOW_STEPS}`]
        : []),
      ...(differing > 0
        ? [`${differing} of the ${factors.length} stretches alone would be judged differently`]
        : []),
      exponentText(layers),
    ].join('; '),
  };
}

const TRAVEL: Record<Flow, string> = {
  vanishing: 'No, they vanish',
  carried: 'Yes',
  exploding: 'They explode',
};

/** λ₁ of the layer that keeps most. */
export const largestExponent = (layers: Facts['layers']): { exponent: number; spread: number } =>
  layers
    .map(({ lyapunov: { exponents, spread } }) => ({ exponent: exponents[0]!, spread: spread[0]! }))
    .sort((a, b) => (a.exponent < b.exponent ? 1 : -1))[0]!;

function exponentText(layers: Facts['layers']): string {
  const { exponent, spread } = largestExponent(layers);
  if (exponent === Number.NEGATIVE_INFINITY) return 'λ₁ -∞: every direction is lost';
  return `λ₁ ${exponent.toFixed(3)} ± ${spread.toFixed(3)} nats a step`;
}

function loss(facts: Facts, name: NameOf): Answer {
  const { lags } = facts;
  const first = lags[0]!.median;
  if (!Number.isFinite(first)) return { text: 'No: its gradient is no number that a float holds' };
  if (first === 0) return { text: 'No: at most places its gradient is 0 from the start (p − y = 0)' };
  const reach = reachOf(facts);
  const { median, low, high } = lags[reach]!;
  const band = `median; 5 to 95 %: ${times(low / first)} to ${times(high / first)}`;
  return {
    text: `${reach} ${reach === 1 ? 'step' : 'steps'} back ${times(median / first)} of its gradient is left (${band}); ${window(facts, name)}; confident predictions send none (p − y → 0)`,
  };
}

/** By the truncation bias: what the window of training misses, and from which window on nine tenths are held. */
function window({ truncationBias, recommendedSeqLength: advised, seqLength }: Facts, name: NameOf): string {
  const own = truncationBias[Math.min(seqLength, truncationBias.length) - 1];
  if (!own) return `it does not shrink within the lags, so no ${name('seqLength')} can be advised`;
  const missed = `a window of ${own.steps} misses ${atMost(own.bias)} of it`;
  return advised === null
    ? `${missed}, no measured one less than 10 %`
    : `${missed}, ${name('seqLength')} ${advised} less than 10 %`;
}

const atMost = (share: number): string =>
  share < 0.001 ? 'less than 0.1 %' : `at most ${(100 * Math.min(1, share)).toFixed(1)} %`;

/** By the loss with the history replaced, which a cold start has no part in. */
function past({ horizon }: Facts): Answers['past'] {
  const { kind, text } = ofAsked(horizon);
  return { kind, text: horizon.asked === null ? text : `${text}; in ${horizon.asked} alone` };
}

function ofAsked({ replaced, places }: Facts['horizon']): Answers['past'] {
  const { rows, usedBeyond, contextHorizon: horizon, noHorizon } = replaced;
  if (!rows.every(({ extraNats }) => Number.isFinite(extraNats)))
    return { kind: 'cannot tell', text: 'Cannot tell: the loss is not finite' };
  const nothing = `less than ${NEGLIGIBLE_NATS}`;
  if (usedBeyond === null) return hardly(horizon, `${nothing} nats`, places);
  const row = rows.find(({ characters }) => characters === usedBeyond)!;
  const evidence = `other text before ${lastCharacters(usedBeyond)} costs ${lost(row)}`;
  if (horizon !== null) {
    return {
      kind: 'yes',
      text: `Yes, more than ${usedBeyond} and at most ${horizon} characters of it: ${evidence}, before ${lastCharacters(horizon)} ${nothing} (95 %)`,
    };
  }
  const further =
    noHorizon === 'cannot tell' ? `; how many more ${places} places cannot tell` : ', the longest measured';
  return { kind: 'yes', text: `Yes, more than ${count(usedBeyond)} of it: ${evidence}${further} (95 %)` };
}

function hardly(horizon: ShortHistory['contextHorizon'], nothing: string, places: number): Answers['past'] {
  if (horizon === 1)
    return { kind: 'hardly', text: `Hardly: other text before the last character costs ${nothing} (95 %)` };
  const tail =
    horizon === null
      ? ''
      : `; at most ${count(horizon)}: other text before ${lastCharacters(horizon)} costs ${nothing} (95 %)`;
  return { kind: 'cannot tell', text: `Cannot tell from ${places} places of the text${tail}` };
}

const count = (n: number): string => `${n} ${n === 1 ? 'character' : 'characters'}`;
export const lastCharacters = (n: number): string => (n === 1 ? 'the last character' : `the last ${n}`);

/** Cost of a short history, with half of its interval. */
export const lost = (row: HorizonRow): string => `${lostFigure(row)} nats`;
export const lostFigure = ({ extraNats, low, high }: HorizonRow): string =>
  `${extraNats.toFixed(2)}${low === null || high === null ? '' : ` ± ${((high - low) / 2).toFixed(2)}`}`;

/** A factor, to two digits. */
export function times(factor: number): string {
  if (factor === 0) return 'x0';
  if (factor === Infinity) return 'x∞';
  const plain = factor >= 1e-4 && factor < 1e4;
  return `x${plain ? Number(factor.toPrecision(2)) : factor.toExponential(1)}`;
}
