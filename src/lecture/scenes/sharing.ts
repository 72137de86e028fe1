import {
  at,
  type Block,
  equation,
  figure,
  matrix,
  quotedEnds,
  quotedText,
  type Scene,
  text,
  vector,
} from '../blocks.ts';
import type { Stage } from './stage.ts';

/** What follows from one set of weights for all steps. */
export const sharingScenes = (stage: Stage): Scene[] => [
  concatenated(stage),
  lengths(stage),
  histories(stage),
];

function concatenated({ lecture, texts, names }: Stage): Scene {
  const { hidden: H, vocabulary, weights, steps } = lecture;
  const { t, W, input, product, z } = lecture.concatenated;
  const { title, idea, same } = texts.concatenated;
  const states = Array.from({ length: H }, (_, i) => at('h', i + 1));
  const labels = [...states.map((_, i) => `h[${i + 1}]`), ...names];
  const difference = Math.max(...z.map((value, i) => Math.abs(value - steps[t - 1]!.z[i]!)));
  const markRow = input.indexOf(1, H);
  return {
    id: 'concatenated',
    title,
    blocks: [
      text(idea(t)),
      equation(
        matrix('W = [Whh Wxh]', W, { columns: labels, markColumn: markRow }),
        '·',
        vector(`[${at('h', t - 1)}; ${at('x', t)}]`, input, { rows: labels, markRow }),
        '=',
        vector('W·[h; x]', product),
        '+',
        vector('bh', weights.bh),
        '=',
        vector(at('z', t), z),
      ),
      text(same(at('z', t), figure(difference), H, vocabulary.length)),
    ],
  };
}

function lengths(stage: Stage): Scene {
  const { lecture, texts, name } = stage;
  const { title, idea, table, note } = texts.lengths;
  const texted = (ids: readonly number[]) => quotedEnds(ids.map((id) => lecture.vocabulary[id]!));
  const unrolled = lecture.lengths.slice(0, 2).map(({ ids, predicted }): Block => {
    const outputs = [...ids.slice(1), predicted].map(name);
    return { kind: 'network', label: texted(ids), inputs: ids.map(name), outputs };
  });
  const rows = lecture.lengths.map(({ ids, p, predicted }) => [
    texted(ids),
    String(ids.length),
    String(lecture.parameters),
    name(predicted),
    p[predicted]!.toFixed(3),
  ]);
  return {
    id: 'lengths',
    title,
    blocks: [
      text(idea(lecture.parameters)),
      ...unrolled,
      { kind: 'table', ...table, rows, numeric: [1, 2, 4] },
      text(note),
    ],
  };
}

function histories({ lecture, texts, names, name }: Stage): Scene {
  const { kind, character, cases } = lecture.histories;
  const { title, start, after, meets, table, result, lessons, ...introduce } = texts.histories;
  const word = quotedText([lecture.word]);
  const pasts = cases.map(({ before }) =>
    before.length === 0 ? start : after(quotedText(before.map((id) => lecture.vocabulary[id]!))),
  );
  const followers = cases.map(({ before }) => name(lecture.steps[before.length]?.target ?? 0));
  const introduction =
    kind === 'different'
      ? introduce.different(word, name(character), followers as [string, string])
      : introduce[kind](word, name(character));
  const sums = cases.flatMap(({ step: { fromInput, fromHistory, z, h } }, i) => [
    text(`${meets(pasts[i]!, name(character))}:`),
    equation(
      vector('Wxh·xₜ', fromInput),
      '+',
      vector('Whh·hₜ₋₁', fromHistory),
      '+',
      vector('bh', lecture.weights.bh),
      '=',
      vector('zₜ', z),
      'tanh →',
      vector('hₜ', h),
    ),
  ]);
  const results = cases.map(({ step: { p, predicted } }, i) =>
    result(meets(pasts[i]!, name(character)), name(predicted), p[predicted]!.toFixed(3)),
  );
  const [first, second] = cases.map(({ step }) => step.predicted);
  const lesson = {
    different: lessons.apart,
    same: lessons.pairs,
    none: first === second ? lessons.alike : lessons.more,
  }[kind];
  return {
    id: 'histories',
    title,
    blocks: [
      text(introduction),
      ...sums,
      {
        kind: 'table',
        caption: table.caption,
        head: [table.character, ...pasts],
        rows: names.map((label, v) => [label, ...cases.map(({ step }) => step.p[v]!.toFixed(3))]),
        numeric: [1, 2],
      },
      text(`${results.join('; ')}. ${lesson}`),
    ],
  };
}
