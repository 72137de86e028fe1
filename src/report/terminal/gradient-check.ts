import type { Inspection } from '../../inspect/index.ts';
import { grouped } from '../numbers.ts';

/** Result of the comparison with finite differences, and its blind spots. */
export function formatCheck({
  gradientCheck,
  parameters,
}: Pick<Inspection, 'gradientCheck' | 'parameters'>): string {
  if (gradientCheck === null) return 'not made';
  const { maxRelativeError, passed, tensors } = gradientCheck;
  const sum = (key: 'checked' | 'tooSmall' | 'atKinks') =>
    tensors.reduce((total, tensor) => total + tensor[key], 0);
  const left = [
    sum('tooSmall') > 0 ? `; ${sum('tooSmall')} were too small to check beside rounding` : '',
    sum('atKinks') > 0 ? `; ${sum('atKinks')} lie where a ReLU switches` : '',
  ];
  return `${passed ? 'passed' : 'FAILED'}: largest relative error ${maxRelativeError.toExponential(1)} against finite differences, ${sum('checked')} of ${grouped(parameters)} parameters${left.join('')}`;
}
