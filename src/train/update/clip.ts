import type { Config } from '../../config/index.ts';
import type { Floats, Kernels } from '../../kernels/index.ts';

/** Added to the norm before it divides, as in torch.nn.utils.clip_grad_norm_. */
const NORM_EPSILON = 1e-6;

export interface Clipping {
  /** before clipping */
  norm: number;
  /** whether it became shorter, by value or by norm */
  clipped: boolean;
  /** norm after clipping over norm before */
  shrink: number;
}

/**
 * Clips in place: by value first, then by the norm of the whole gradient (Pascanu, Mikolov & Bengio 2013, Alg. 1).
 * A gradient that is not finite stays as it is and has a norm that is not finite either.
 */
export function clipGradient(
  gradient: Floats,
  { clipNorm, clipValue }: Pick<Config, 'clipNorm' | 'clipValue'>,
  kernels: Kernels,
): Clipping {
  const norm = Math.sqrt(kernels.sumOfSquares(gradient));
  if (!Number.isFinite(norm)) return { norm, clipped: false, shrink: 1 };
  if (clipValue > 0) kernels.clamp(gradient, clipValue);
  const remaining = clipValue > 0 ? Math.sqrt(kernels.sumOfSquares(gradient)) : norm;
  const tooLong = clipNorm > 0 && remaining > clipNorm;
  const factor = tooLong ? clipNorm / (remaining + NORM_EPSILON) : 1;
  if (tooLong) kernels.scale(gradient, factor);
  const cut = remaining < norm ? remaining / norm : 1;
  return { norm, clipped: tooLong || cut < 1, shrink: cut * factor };
}
