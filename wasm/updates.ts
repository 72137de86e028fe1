/* The optimisers' updates: vectors, then what is left through the same code in scratch. */

import { LANES, FLOAT } from './simd';

/** v ← μ·v + g;  w ← w − α·v, or α·(g + μ·v) */
export function sgd(w: usize, g: usize, v: usize, n: i32, rate: f32, momentum: f32, nesterov: i32): void {
  for (let i = 0; i < n; i++) {
    const at = (i as usize) * FLOAT;
    const velocity = momentum * f32.load(v + at) + f32.load(g + at);
    f32.store(v + at, velocity);
    const step = nesterov ? f32.load(g + at) + momentum * velocity : velocity;
    f32.store(w + at, f32.load(w + at) - rate * step);
  }
}

/** s ← ρ·s + c·g²;  w ← w − α·g/(√s + ε): Adagrad with ρ = c = 1, RMSprop with c = 1 − ρ */
function adaptive(w: usize, g: usize, s: usize, n: i32, rate: f32, decay: f32, share: f32, epsilon: f32): void {
  const rate4 = f32x4.splat(rate), decay4 = f32x4.splat(decay);
  const share4 = f32x4.splat(share), epsilon4 = f32x4.splat(epsilon);
  let i = 0;
  for (; i + LANES <= n; i += LANES) {
    const at = (i as usize) * FLOAT;
    const g4 = v128.load(g + at);
    const s4 = f32x4.add(f32x4.mul(decay4, v128.load(s + at)), f32x4.mul(f32x4.mul(share4, g4), g4));
    v128.store(s + at, s4);
    const step = f32x4.div(f32x4.mul(rate4, g4), f32x4.add(f32x4.sqrt(s4), epsilon4));
    v128.store(w + at, f32x4.sub(v128.load(w + at), step));
  }
  for (; i < n; i++) {
    const at = (i as usize) * FLOAT;
    const g1 = f32.load(g + at);
    const s1 = decay * f32.load(s + at) + share * g1 * g1;
    f32.store(s + at, s1);
    f32.store(w + at, f32.load(w + at) - (rate * g1) / (f32.sqrt(s1) + epsilon));
  }
}

export function adagrad(w: usize, g: usize, s: usize, n: i32, rate: f32, epsilon: f32): void {
  adaptive(w, g, s, n, rate, 1, 1, epsilon);
}

export function rmsprop(w: usize, g: usize, s: usize, n: i32, rate: f32, decay: f64, epsilon: f32): void {
  adaptive(w, g, s, n, rate, decay as f32, (1 - decay) as f32, epsilon);
}

/** m ← β₁m + (1−β₁)g;  s ← β₂s + (1−β₂)g²;  w ← w − α·m/(√s/root + ε) */
export function adam(
  w: usize, g: usize, m: usize, s: usize, n: i32,
  rate: f32, beta1: f32, beta2: f32, root: f64, epsilon: f32,
): void {
  const inverse = (1 / root) as f32;
  const rest1: f32 = 1 - beta1, rest2: f32 = 1 - beta2;
  const beta14 = f32x4.splat(beta1), beta24 = f32x4.splat(beta2);
  const rest14 = f32x4.splat(rest1), rest24 = f32x4.splat(rest2);
  let i = 0;
  for (; i + LANES <= n; i += LANES) {
    const at = (i as usize) * FLOAT;
    const g4 = v128.load(g + at);
    const m4 = f32x4.add(f32x4.mul(beta14, v128.load(m + at)), f32x4.mul(rest14, g4));
    const s4 = f32x4.add(f32x4.mul(beta24, v128.load(s + at)), f32x4.mul(f32x4.mul(rest24, g4), g4));
    v128.store(m + at, m4);
    v128.store(s + at, s4);
    const root = f32x4.add(f32x4.mul(f32x4.sqrt(s4), f32x4.splat(inverse)), f32x4.splat(epsilon));
    v128.store(w + at, f32x4.sub(v128.load(w + at), f32x4.div(f32x4.mul(f32x4.splat(rate), m4), root)));
  }
  for (; i < n; i++) {
    const at = (i as usize) * FLOAT;
    const g1 = f32.load(g + at);
    const m1 = beta1 * f32.load(m + at) + rest1 * g1;
    const s1 = beta2 * f32.load(s + at) + rest2 * g1 * g1;
    f32.store(m + at, m1);
    f32.store(s + at, s1);
    f32.store(w + at, f32.load(w + at) - (rate * m1) / (f32.sqrt(s1) * inverse + epsilon));
  }
}
