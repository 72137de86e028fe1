import type { Ids } from '../../corpus/index.ts';
import type { Kernels } from '../../kernels/index.ts';
import type { Weights } from '../../model/index.ts';
import { Sampler } from '../../sample/index.ts';

/** A stretch of a text, from `start` to before `end`. */
export interface Answer {
  start: number;
  end: number;
}

export interface AnswerScore {
  /** how many there are */
  asked: number;
  /** how many whose every character was the most probable one after those before it */
  right: number;
  /** how many are the most frequent one: what always giving it would get right */
  commonest: number;
}

/** The text between each marker and the end of its line, with the line's end. */
export function findAnswers(
  ids: Ids,
  marker: ArrayLike<number>,
  isLineEnd: (id: number) => boolean,
): Answer[] {
  const answers: Answer[] = [];
  const markerAt = (at: number) => Array.from(marker).every((id, i) => ids[at + i] === id);
  for (let at = 0; at + marker.length < ids.length; at++) {
    if (!markerAt(at)) continue;
    const start = at + marker.length;
    let end = start + 1;
    while (end < ids.length && !isLineEnd(ids[end - 1]!)) end++;
    answers.push({ start, end });
    at = end - 1;
  }
  return answers;
}

/**
 * How many answers models give right, while they read the text from its start; yields after each.
 * @param models whose distributions are averaged; @param coldEvery characters after which their state is reset to zero
 */
export function* scoring(
  models: readonly Weights[],
  ids: Ids,
  answers: readonly Answer[],
  kernels: Kernels,
  coldEvery = 0,
): Generator<void, AnswerScore, void> {
  const sampler = new Sampler(models, kernels);
  const piece = coldEvery > 0 ? coldEvery : ids.length;
  const counts = new Map<string, number>();
  let [at, right] = [0, 0];
  for (const { start, end } of answers) {
    let wrong = 0;
    for (let next = start; next < end; next++) {
      for (; at < next; at++) {
        const id = ids.subarray(at, at + 1);
        if (at % piece === 0) sampler.prime(id);
        else sampler.read(id);
      }
      if (sampler.mostProbable() !== ids[next]) wrong++;
    }
    if (wrong === 0) right++;
    const answer = ids.subarray(start, end).join(' ');
    counts.set(answer, (counts.get(answer) ?? 0) + 1);
    yield;
  }
  return { asked: answers.length, right, commonest: Math.max(0, ...counts.values()) };
}
