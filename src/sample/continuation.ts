import type { Random } from '../random.ts';
import type { GenerateOptions, Sampler } from './sampler.ts';

/** `len` characters, fewer when what is generated ends with the ids of `stop`. */
export function* continuation(
  sampler: Pick<Sampler, 'next'>,
  options: GenerateOptions & { len: number },
  stop: ArrayLike<number>,
  random: Random,
) {
  const tail: number[] = [];
  for (let generated = 0; generated < options.len; generated++) {
    const id = sampler.next(options, random);
    yield id;
    tail.push(id);
    if (tail.length > stop.length) tail.shift();
    if (stop.length > 0 && tail.length === stop.length && tail.every((own, i) => own === stop[i])) return;
  }
}
