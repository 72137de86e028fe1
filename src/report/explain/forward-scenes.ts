import type { ForwardStep } from '../../inspect/index.ts';
import {
  at,
  type Block,
  equation,
  figure,
  formula,
  matrix,
  quotedEnds,
  quotedText,
  type Scene,
  text,
  vector,
} from './blocks.ts';
import { network, type Stage } from './stage.ts';

/** From the word to its loss, then what follows from sharing the weights. */
export function forwardScenes(stage: Stage): Scene[] {
  return [
    word(stage),
    weights(stage),
    ...stage.lecture.steps.map((step) => forwardStep(stage, step)),
    loss(stage),
    concatenated(stage),
    lengths(stage),
    histories(stage),
  ];
}

function word({ lecture, texts, names, name }: Stage): Scene {
  const { steps, characters, vocabulary, word } = lecture;
  const { title, questions, end, table, oneHot } = texts.word;
  const shown = quotedText([word]);
  return {
    id: 'word',
    title: title(shown),
    blocks: [
      ...(characters.at(-1) === '\n' && !word.endsWith('\n') ? [text(end)] : []),
      text(questions(shown, steps.length)),
      {
        kind: 'table',
        ...table,
        rows: steps.map(({ t, input, target }) => [String(t), name(input), name(target)]),
        numeric: [0],
      },
      text(oneHot(vocabulary.length)),
      equation(
        matrix(
          'x',
          names.map((_, row) => steps.map(({ x }) => x[row]!)),
          { decimals: 0, rows: names, columns: steps.map(({ t }) => at('x', t)) },
        ),
      ),
    ],
  };
}

function weights(stage: Stage): Scene {
  const { lecture, texts, names } = stage;
  const { training, rngSeed, loss, parameters, weights: all, hidden: H, vocabulary } = lecture;
  const { title, shared, table, learned } = texts.weights;
  const V = vocabulary.length;
  const shapes = { Wxh: [H, V], Whh: [H, H], bh: [H], Why: [V, H], by: [V] };
  const rows = Object.entries(shapes).map(([key, shape]) => [
    key,
    shape.join(' × '),
    table.roles[key as keyof typeof shapes],
    String(shape.reduce((a, b) => a * b)),
  ]);
  const { caption, head, total } = table;
  return {
    id: 'weights',
    title,
    blocks: [
      text(shared),
      formula('hₜ = tanh(Wxh·xₜ + Whh·hₜ₋₁ + bh)', 'yₜ = Why·hₜ + by', 'pₜ = softmax(yₜ)'),
      network(stage),
      { kind: 'table', caption, head, rows: [...rows, [total, '', '', String(parameters)]], numeric: [3] },
      equation(
        matrix('Wxh', all.Wxh, { columns: names }),
        matrix('Whh', all.Whh),
        vector('bh', all.bh),
        matrix('Why', all.Why, { rows: names }),
        vector('by', all.by, { rows: names }),
      ),
      text(learned(training.updates, rngSeed, training.startLoss.toFixed(3), loss.toFixed(3))),
    ],
  };
}

function forwardStep(stage: Stage, step: ForwardStep): Scene {
  const { lecture, texts, names, name } = stage;
  const { Wxh, Whh, bh, Why, by } = lecture.weights;
  const { t, input, target, x, previous, fromInput, fromHistory, z, h, fromState, y, p } = step;
  const { title, sum, logits, chances, loss, ...say } = texts.step;
  const [xt, past, ht, zt, yt] = [at('x', t), at('h', t - 1), at('h', t), at('z', t), at('y', t)];
  const before = quotedText(lecture.characters.slice(0, t - 1));
  return {
    id: `step-${t}`,
    title: title(t, name(input)),
    blocks: [
      network(stage, t),
      text(say.input(xt, name(input))),
      equation(
        matrix('Wxh', Wxh, { columns: names, markColumn: input }),
        '·',
        vector(xt, x, { decimals: 0, rows: names, markRow: input }),
        '=',
        vector(`Wxh·${xt}`, fromInput),
      ),
      text(t === 1 ? say.noHistory : say.history(past, before)),
      equation(matrix('Whh', Whh), '·', vector(past, previous), '=', vector(`Whh·${past}`, fromHistory)),
      text(sum),
      equation(
        vector(`Wxh·${xt}`, fromInput),
        '+',
        vector(`Whh·${past}`, fromHistory),
        '+',
        vector('bh', bh),
        '=',
        vector(zt, z),
        'tanh →',
        vector(ht, h),
      ),
      text(logits),
      equation(
        matrix('Why', Why, { rows: names }),
        '·',
        vector(ht, h),
        '=',
        vector(`Why·${ht}`, fromState),
        '+',
        vector('by', by),
        '=',
        vector(yt, y, { rows: names, markRow: target }),
      ),
      { kind: 'chances', caption: chances.caption, names, p, right: target, rightLabel: chances.right },
      text(loss(name(target), p[target]!.toFixed(3), step.loss.toFixed(3))),
    ],
  };
}

function loss({ lecture, texts, names, name }: Stage): Scene {
  const { steps, vocabulary, loss } = lecture;
  const { title, softmax, softmaxTable, word, table } = texts.loss;
  const { t, y, p } = steps[0]!;
  const e = y.map(Math.exp);
  const rows = names.map((label, i) => [label, y[i]!.toFixed(2), e[i]!.toFixed(3), p[i]!.toFixed(3)]);
  const each = steps.map((step) => [
    String(step.t),
    name(step.input),
    name(step.target),
    step.p[step.target]!.toFixed(3),
    step.loss.toFixed(3),
  ]);
  return {
    id: 'loss',
    title,
    blocks: [
      text(softmax(t, e.reduce((a, b) => a + b).toFixed(3))),
      {
        kind: 'table',
        caption: softmaxTable.caption,
        head: [softmaxTable.character, at('y', t), `exp(${at('y', t)})`, at('p', t)],
        rows,
        numeric: [1, 2, 3],
      },
      text(word(vocabulary.length, Math.log(vocabulary.length).toFixed(3))),
      {
        kind: 'table',
        caption: table.caption,
        head: table.head,
        rows: [...each, [table.sum, '', '', '', loss.toFixed(3)]],
        numeric: [3, 4],
      },
    ],
  };
}

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
  const { title, start, after, meets, table, result, lesson, ...introduce } = texts.histories;
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
