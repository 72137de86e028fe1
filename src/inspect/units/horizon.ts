import { Network, parameterTable, surprise } from '../../model/index.ts';
import type { ExactModel } from '../exact-model.ts';
import type { Reading } from '../reading.ts';

/** Less than this is not worth remembering for. */
export const NEGLIGIBLE_NATS = 0.01;
/** Places that are read from at once; at least as many are, and more while all together take fewer multiplications. */
const STREAMS = 128;
const MAX_PRODUCTS = 2e9;
/** Stretches of the text whose means are compared, and Student's t of their number less one, 95 % two-sided. */
const BLOCKS = 20;
const T_QUANTILE = 2.093;
/** Places that follow each other by this fraction of all, taken modulo 1, fall into step with no period of a text. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

export interface HorizonRow {
  /** how many characters of history the model had */
  characters: number;
  /** mean loss above that with the whole true history, nats a character */
  extraNats: number;
  /** its 95 % confidence interval, by the means over stretches of the text; null where there are too few places */
  low: number | null;
  high: number | null;
}

/** Loss added when nothing is left of the history but its last characters. */
export interface ShortHistory {
  rows: HorizonRow[];
  /** the longest history with which more than 0.01 nats are lost, surely (95 %): the model uses more; null without one */
  usedBeyond: number | null;
  /** the shortest history from which on less than 0.01 nats are lost, surely (95 %); null where none that was measured is */
  contextHorizon: number | null;
  /** why there is none: with the longest history too, more is lost, surely; or the interval holds 0.01 */
  noHorizon: 'loses at all lengths' | 'cannot tell' | null;
}

export interface Horizon {
  /** places in the text that each row is a mean over, at least */
  places: number;
  /** which places these are; null for any */
  asked: string | null;
  /** other parts of the text stand before the last characters: what is lost is what the model had read there */
  replaced: ShortHistory;
  /** nothing stands before them, so that the model also starts cold, from the zero state */
  cut: ShortHistory;
}

/** Stretches of a text, from `start` to before `end`, and what to call them. */
export interface Asked {
  name: string;
  answers: readonly { start: number; end: number }[];
}

/**
 * How much history the model uses, without gradients: the loss when all but the last k characters are replaced by another
 * part of the text, or cut off, minus the loss with the true history (Khandelwal et al. 2018, arXiv 1805.04623). From each
 * of many places the model reads on, from the state after the other part or from the zero state; its k-th prediction there
 * has seen k characters. All places are taken, or as many as time allows, evenly spread: nothing is drawn. Yields after each
 * batch how many are done.
 * @param lengths of history, rising
 */
export function* contextHorizon(
  model: ExactModel,
  reading: Reading,
  lengths: readonly number[],
): Generator<number, Horizon, void> {
  const { nats } = reading;
  const fitting = lengths.filter((k) => k <= nats.length);
  const T = fitting.at(-1)!;
  const starts = chooseStarts(model, nats.length, T);
  const others = starts.map((start, i) => otherPlace(start, i, nats.length, T));
  const losses: Record<'replaced' | 'cut', number[][]> = { replaced: [], cut: [] };
  for (let from = 0; from < starts.length; from += STREAMS) {
    const batch = starts.slice(from, from + STREAMS);
    const network = new Network(model.weights, model.kernels, { B: batch.length, T, backward: false });
    losses.cut.push(...extraNats(network, reading, batch, fitting));
    startAfter(network, reading.network, others.slice(from, from + STREAMS));
    losses.replaced.push(...extraNats(network, reading, batch, fitting));
    yield losses.cut.length;
  }
  const shortened = (losses: readonly number[][]): ShortHistory =>
    judged(fitting.map((characters, i) => ({ characters, losses: losses.map((row) => row[i]!) })));
  return {
    places: starts.length,
    asked: null,
    replaced: shortened(losses.replaced),
    cut: shortened(losses.cut),
  };
}

/**
 * The same of answers alone: each character of an answer is read up to with the history of the same one of another answer,
 * so that what is lost is what stood there, and never the step of lines of one length.
 */
export function* answerHorizon(
  model: ExactModel,
  reading: Reading,
  lengths: readonly number[],
  { name, answers }: Asked,
): Generator<number, Horizon, void> {
  const rows: Record<'replaced' | 'cut', { characters: number; losses: number[] }[]> = {
    replaced: [],
    cut: [],
  };
  for (const k of lengths) {
    const pairs = pairsOf(answers, k, reading.nats.length);
    if (pairs.length === 0) break;
    const network = new Network(model.weights, model.kernels, { B: pairs.length, T: k, backward: false });
    const starts = pairs.map(({ place }) => place - k);
    const lost = () => extraNats(network, reading, starts, [k]).flat();
    rows.cut.push({ characters: k, losses: lost() });
    startAfter(
      network,
      reading.network,
      pairs.map(({ other }) => other - k),
    );
    rows.replaced.push({ characters: k, losses: lost() });
    yield k;
  }
  // the longest history leaves the fewest
  const places = rows.cut.at(-1)?.losses.length ?? 0;
  return { places, asked: name, replaced: judged(rows.replaced), cut: judged(rows.cut) };
}

/** Places of answers, each with that in another answer, before which more than k characters stand. */
function pairsOf(answers: Asked['answers'], k: number, last: number): { place: number; other: number }[] {
  const fitting = answers.filter(({ start, end }) => start > k && end - 1 <= last);
  if (fitting.length < 2) return [];
  return fitting.flatMap(({ start, end }, i) => {
    const distance = 1 + Math.floor(((i * GOLDEN) % 1) * (fitting.length - 1));
    const other = fitting[(i + distance) % fitting.length]!;
    return Array.from({ length: Math.min(end - start, other.end - other.start) }, (_, j) => ({
      place: start + j,
      other: other.start + j,
    }));
  });
}

function judged(measured: readonly { characters: number; losses: readonly number[] }[]): ShortHistory {
  const rows = measured.map(({ characters, losses }) => ({ characters, ...meanInterval(losses) }));
  return { rows, ...judgeHorizon(rows) };
}

/** As many places to read on from as time allows, before which, where the text is long enough, T characters stand. */
function chooseStarts({ weights }: ExactModel, length: number, T: number): number[] {
  const first = Math.min(T, Math.floor((length - T) / 2));
  const all = length - T - first + 1;
  const { size, offset } = parameterTable(weights.architecture).at(-1)!;
  const affordable = Math.floor(MAX_PRODUCTS / (T * (offset + size)));
  const count = Math.min(all, Math.max(STREAMS, affordable));
  const jitter = (i: number) => (count === all ? 0 : (i * GOLDEN) % 1);
  return Array.from({ length: count }, (_, i) => first + Math.floor(((i + jitter(i)) * all) / count));
}

/** Where the history ends that stands in for the one before a place, in characters read: far from it, and everywhere in turn. */
function otherPlace(start: number, i: number, length: number, T: number): number {
  const gap = Math.min(T, Math.floor(length / 3));
  const distance = gap + Math.floor(((i * GOLDEN) % 1) * (length - 2 * gap));
  return 1 + ((start + distance) % length);
}

/** Each stream goes on from the state that one reading had after so many characters. */
function startAfter(network: Network, read: Network, places: readonly number[]): void {
  const { B } = network;
  const H = network.weights.architecture.hidden;
  network.layers.forEach(({ initialState }, l) => {
    const { output, cells } = read.layers[l]!;
    places.forEach((place, b) => {
      initialState.set(output.subarray((place - 1) * H, place * H), b * H);
      if (cells) initialState.set(cells.subarray(place * H, (place + 1) * H), (B + b) * H);
    });
  });
}

/** Loss added at each place for each length of history, read on from the network's initial states: (places, lengths). */
function extraNats(
  network: Network,
  { ids, nats }: Reading,
  starts: readonly number[],
  lengths: readonly number[],
): number[][] {
  const { B, T } = network;
  for (let t = 0; t < T; t++) {
    starts.forEach((start, b) => {
      network.ids[t * B + b] = ids[start + t]!;
    });
  }
  network.forward();
  return starts.map((start, b) =>
    lengths.map((k) => surprise(network, (k - 1) * B + b, ids[start + k]!) - nats[start + k - 1]!),
  );
}

/** Losses of neighbours go together, so that the interval is that of the means over stretches (batch means). */
function meanInterval(losses: readonly number[]): Omit<HorizonRow, 'characters'> {
  const mean = average(losses);
  if (losses.length < BLOCKS) return { extraNats: mean, low: null, high: null };
  const cut = (block: number) => Math.floor((block * losses.length) / BLOCKS);
  const means = Array.from({ length: BLOCKS }, (_, i) => average(losses.slice(cut(i), cut(i + 1))));
  const variance = means.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (BLOCKS - 1);
  const half = T_QUANTILE * Math.sqrt(variance / BLOCKS);
  return { extraNats: mean, low: mean - half, high: mean + half };
}

const average = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function judgeHorizon(rows: readonly HorizonRow[]): Omit<ShortHistory, 'rows'> {
  const usedBeyond = rows.findLast(losesSurely)?.characters ?? null;
  const lastDoubt = rows.findLastIndex((row) => !keepsSurely(row));
  const found = rows[lastDoubt + 1];
  if (found) return { usedBeyond, contextHorizon: found.characters, noHorizon: null };
  const last = rows.at(-1);
  const loses = last !== undefined && losesSurely(last);
  return { usedBeyond, contextHorizon: null, noHorizon: loses ? 'loses at all lengths' : 'cannot tell' };
}

const losesSurely = ({ low }: HorizonRow): boolean => low !== null && low > NEGLIGIBLE_NATS;
const keepsSurely = ({ high }: HorizonRow): boolean => high !== null && high <= NEGLIGIBLE_NATS;
