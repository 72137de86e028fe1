import {
  type Answers,
  type Comparison,
  compareFacts,
  type Inspection,
  predictionFault,
  QUESTIONS,
} from '../../inspect/index.ts';
import { harmlessLine } from '../escape.ts';
import { decimals, grouped } from '../numbers.ts';
import type { Palette } from './plot.ts';
import { displayWidth, padEnd, wrap } from './width.ts';

/** An inspection and what to call it beside another. */
export interface Subject {
  name: string;
  inspection: Inspection;
}

export const ORDER = ['travel', 'loss', 'past'] as const satisfies (keyof Answers)[];

/** Differences between two models, by question; empty where there is one. */
export const comparisonOf = ([first, second]: readonly Subject[]): Partial<Comparison> =>
  first && second ? compareFacts([first.inspection, second.inspection], [first.name, second.name]) : {};

/** The models, then the three questions with the answer of each, and how they differ. */
export function formatAnswers(
  subjects: readonly Subject[],
  marks: readonly string[],
  { width, color }: { width: number; color: Palette },
): string[] {
  const names = subjects.map(({ name }) => harmlessLine(name));
  const widest = Math.max(...names.map(displayWidth));
  const several = subjects.length > 1;
  const heads = names.map((name, i) => (several ? `${marks[i]} ${padEnd(name, widest)}  ` : ''));
  const comparison: Partial<Record<keyof Answers, { text: string }>> = comparisonOf(subjects);
  const models = subjects.flatMap(({ inspection }, i) => {
    const fault = predictionFault(inspection);
    const head = several ? heads[i]! : `${names[i]}: `;
    return hanging(head, `${modelText(inspection)}${fault === null ? '' : `. ${fault}`}`, width);
  });
  const questions = ORDER.flatMap((key, i) => [
    color.bold(`${i + 1}. ${QUESTIONS[key]}`),
    ...subjects.flatMap(({ inspection }, i) =>
      hanging(`   ${heads[i]}`, `${inspection.answers[key].text}.`, width),
    ),
    ...(comparison[key]
      ? hanging('   ', `${harmlessLine(comparison[key].text)}.`, width).map((line) => color.bold(line))
      : []),
  ]);
  return [...models, '', ...questions];
}

/** Description of the model, with its loss beside that of a guess. */
export function modelText({ model, prediction: { nats, uniformNats } }: Inspection): string {
  const { cell, layers, hidden, step } = model;
  const bits = (nats: number) => decimals(nats / Math.LN2, 2);
  const size = `${layers} ${layers === 1 ? 'layer' : 'layers'} of ${grouped(hidden)} units`;
  const loss = Number.isFinite(nats) ? `${bits(nats)} bits a character` : 'no finite loss';
  return `${cell}, ${size}, step ${grouped(step)}; ${loss} (a uniform guess: ${bits(uniformNats)})`;
}

/** A text whose lines stand beside its head. */
export function hanging(head: string, text: string, width: number): string[] {
  const indent = displayWidth(head);
  return wrap(text, Math.max(20, width - indent)).map(
    (line, i) => `${i === 0 ? head : ' '.repeat(indent)}${line}`,
  );
}
