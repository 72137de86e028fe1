import { describe, expect, it } from 'vitest';
import { TASKS, type TaskName, taskLines } from '../../src/corpus/index.ts';
import { createRandom } from '../../src/random.ts';

const linesOf = (task: TaskName, lag: number, count = 200) =>
  [...taskLines(task, lag, count, createRandom(1, task))].map((line) => {
    expect(line.endsWith('\n')).toBe(true);
    return line.slice(0, -1).split('=') as [string, string];
  });

/** The answer to a question, worked out anew. */
const ANSWERS: Record<TaskName, (question: string) => string> = {
  recall: (question) => question[0]!,
  copy: (question) => question.replaceAll('.', ''),
  sum: (question) => {
    const marked = [...question.matchAll(/\*(\d)/g)].map(([, digit]) => Number(digit));
    expect(marked).toHaveLength(2);
    return String(marked[0]! + marked[1]!).padStart(2, '0');
  },
  order: (question) =>
    ({ XX: 'Q', XY: 'R', YX: 'S', YY: 'U' })[question.replace(/[a-d]/g, '') as 'XX' | 'XY' | 'YX' | 'YY'],
  brackets: (question) => {
    let open = question;
    while (/\(\)|\[\]|\{\}/.test(open)) open = open.replace(/\(\)|\[\]|\{\}/g, '');
    const closing: Record<string, string> = { '(': ')', '[': ']', '{': '}' };
    return [...open]
      .reverse()
      .map((bracket) => closing[bracket])
      .join('');
  },
  anbn: (question) => question.replaceAll('a', 'b'),
};

describe('memory tasks', () => {
  it.each(TASKS)('%s: every answer is right', (task) => {
    for (const [question, answer] of linesOf(task, 13))
      expect(answer, question).toBe(ANSWERS[task](question));
  });

  it.each(['recall', 'copy', 'order', 'brackets'] as const)('%s: the lag is what was asked for', (task) => {
    const lengths = { recall: 14, copy: 18, order: 13, brackets: 13 };
    for (const [question] of linesOf(task, 13)) expect(question).toHaveLength(lengths[task]);
  });

  it('anbn reaches its lag and no further; answers of the others vary', () => {
    const lengths = linesOf('anbn', 13).map(([question]) => question.length);
    expect([Math.min(...lengths), Math.max(...lengths)]).toEqual([1, 13]);
    expect(new Set(linesOf('recall', 13).map(([, answer]) => answer)).size).toBe(8);
    expect(new Set(linesOf('order', 13).map(([, answer]) => answer)).size).toBe(4);
  });

  it('the same seed gives the same text, the smallest lag works', () => {
    expect(linesOf('sum', 2)).toEqual(linesOf('sum', 2));
    for (const task of TASKS)
      for (const [q, answer] of linesOf(task, 2)) expect(answer).toBe(ANSWERS[task](q));
  });
});
