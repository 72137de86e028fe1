import seedrandom from 'seedrandom';

/** State of one stream (Alea), plain data that survives JSON. */
export interface RandomState {
  c: number;
  s0: number;
  s1: number;
  s2: number;
}

/** A stream of uniform numbers whose state can be saved and restored exactly. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  state(): RandomState;
}

/** The stream `name` of a run: each purpose draws from its own, so that none disturbs another. */
export function createRandom(seed: number | string, name: string): Random {
  return wrap(seedrandom.alea(`${seed}/${name}`, { state: true }));
}

export function restoreRandom(state: RandomState): Random {
  return wrap(seedrandom.alea('', { state }));
}

function wrap(generator: seedrandom.StatefulPRNG<RandomState>): Random {
  return { next: () => generator(), state: () => ({ ...generator.state() }) };
}

/** Standard normal by Box-Muller (Box & Muller 1958); draws two uniforms a call. */
export function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
  return radius * Math.cos(2 * Math.PI * random.next());
}
