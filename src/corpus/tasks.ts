import type { Random } from '../random.ts';

/*
 * Tasks that need memory, as text: each line is a question, "=" and its answer, which only who remembers what stood
 * `lag` characters before can give. After Hochreiter & Schmidhuber 1997 (recall, order, adding), Arjovsky, Shah & Bengio
 * 2016 (copy), Gers & Schmidhuber 2001 (aⁿbⁿ).
 */

export const TASKS = ['recall', 'copy', 'sum', 'order', 'brackets', 'anbn'] as const;
export type TaskName = (typeof TASKS)[number];

const COPIED = 5;
const SYMBOLS = 'ABCDEFGH';
const NOISE = 'abcd';

/** One line of a task without its newline. */
const LINES: Record<TaskName, (lag: number, random: Random) => string> = {
  /** the first letter, after lag letters of noise: Xabdc…=X */
  recall: (lag, random) => {
    const first = pick(SYMBOLS, random);
    return `${first}${repeat(lag, () => pick(NOISE, random))}=${first}`;
  },
  /** five letters after lag dots: HBCAD.....=HBCAD */
  copy: (lag, random) => {
    const letters = repeat(COPIED, () => pick(SYMBOLS, random));
    return `${letters}${'.'.repeat(lag)}=${letters}`;
  },
  /** the sum of two marked digits, one in each half: 3*5081*24=07 */
  sum: (lag, random) => {
    const digits = Array.from({ length: lag }, () => whole(10, random));
    const half = Math.ceil(lag / 2);
    const marked = [whole(half, random), half + whole(lag - half, random)];
    const total = marked.reduce((sum, at) => sum + digits[at]!, 0);
    const shown = digits.map((digit, at) => `${marked.includes(at) ? '*' : ''}${digit}`).join('');
    return `${shown}=${String(total).padStart(2, '0')}`;
  },
  /** which of X and Y came first and which second, one in each half: abXdcaYb=R */
  order: (lag, random) => {
    const letters = Array.from({ length: lag }, () => pick(NOISE, random));
    const half = Math.ceil(lag / 2);
    const [first, second] = [pick('XY', random), pick('XY', random)];
    letters[whole(half, random)] = first;
    letters[half + whole(lag - half, random)] = second;
    const answer = { XX: 'Q', XY: 'R', YX: 'S', YY: 'U' }[first + second]!;
    return `${letters.join('')}=${answer}`;
  },
  /** what closes the brackets still open: ([]{=}) */
  brackets: (lag, random) => {
    const closing: Record<string, string> = { '(': ')', '[': ']', '{': '}' };
    const open: string[] = [];
    const text = repeat(lag, () => {
      if (open.length > 0 && random.next() < 0.5) return closing[open.pop()!]!;
      const bracket = pick('([{', random);
      open.push(bracket);
      return bracket;
    });
    return `${text}=${open
      .reverse()
      .map((bracket) => closing[bracket]!)
      .join('')}`;
  },
  /** as many b as a, up to lag: aaa=bbb */
  anbn: (lag, random) => {
    const n = 1 + whole(lag, random);
    return `${'a'.repeat(n)}=${'b'.repeat(n)}`;
  },
};

/** @param lag characters over which something must be remembered, at least 2; @param lines how many */
export function* taskLines(
  task: TaskName,
  lag: number,
  lines: number,
  random: Random,
): Generator<string, void, void> {
  for (let i = 0; i < lines; i++) yield `${LINES[task](lag, random)}\n`;
}

const whole = (below: number, random: Random): number => Math.floor(random.next() * below);
const pick = (letters: string, random: Random): string => letters[whole(letters.length, random)]!;
const repeat = (count: number, next: () => string): string => Array.from({ length: count }, next).join('');
