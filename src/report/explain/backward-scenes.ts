import type { BackwardStep, JacobianProduct } from '../../inspect/index.ts';
import {
  at,
  type Block,
  decimalsFor,
  diagonal,
  equation,
  figure,
  formula,
  matrix,
  quotedText,
  type Scene,
  subscript,
  text,
  vector,
} from './blocks.ts';
import { network, type Stage } from './stage.ts';

/** Below this the gradient counts as vanished over the horizon, above its inverse as exploded. */
const VANISHED = 1e-3;

/** From the loss back through time, then what training and writing make of it. */
export function backwardScenes(stage: Stage): Scene[] {
  return [
    gradient(stage),
    ...stage.lecture.backward.map((step) => backwardStep(stage, step)),
    products(stage),
    shares(stage),
    update(stage),
    writing(stage),
    closing(stage),
  ];
}

function gradient(stage: Stage): Scene {
  const { lecture, texts, names, name } = stage;
  const { title, start, each, ways } = texts.gradient;
  const columns = [...lecture.backward].reverse();
  const { t, p, target } = lecture.steps.at(-1)!;
  const answer = p.map((_, v) => Number(v === target));
  return {
    id: 'gradient',
    title,
    blocks: [
      text(start),
      equation(
        vector(at('p', t), p, { decimals: 3, rows: names }),
        '−',
        vector(name(target), answer, { decimals: 0 }),
        '=',
        vector(at('dy', t), columns.at(-1)!.dy, { decimals: 3 }),
      ),
      text(each),
      equation(
        matrix(
          'dy',
          names.map((_, row) => columns.map(({ dy }) => dy[row]!)),
          { decimals: 3, rows: names, columns: columns.map((column) => at('dy', column.t)) },
        ),
      ),
      text(ways),
      formula('dhₜ = Whyᵀ·dyₜ + Whhᵀ·dzₜ₊₁', 'dzₜ = dhₜ ∘ tanh′(zₜ),  tanh′(zₜ) = 1 − hₜ²'),
      network(stage, t, true),
    ],
  };
}

function backwardStep(stage: Stage, step: BackwardStep): Scene {
  const { lecture, texts } = stage;
  const { t, dhFromOutput, dhFromFuture, dh, slope, dz, toPast, jacobian } = step;
  const { title, last, meet, tanh, past, begin, jacobian: asMatrix } = texts.back;
  const { Whh } = lecture.weights;
  const decimals = decimalsFor(dh, dz, toPast);
  const isLast = t === lecture.steps.length;
  const transposed = Whh[0]!.map((_, column) => Whh.map((row) => row[column]!));
  return {
    id: `back-${t}`,
    title: title(t),
    blocks: [
      network(stage, t, true),
      text(isLast ? last : meet(t)),
      equation(
        vector(`Whyᵀ·${at('dy', t)}`, dhFromOutput, { decimals }),
        '+',
        vector(isLast ? '0' : `Whhᵀ·${at('dz', t + 1)}`, dhFromFuture, { decimals }),
        '=',
        vector(at('dh', t), dh, { decimals }),
      ),
      text(tanh),
      equation(
        vector(at('dh', t), dh, { decimals }),
        '∘',
        vector(`tanh′(${at('z', t)})`, slope, { decimals: 3 }),
        '=',
        vector(at('dz', t), dz, { decimals }),
      ),
      text(t > 1 ? past(t - 1) : begin),
      equation(
        matrix('Whhᵀ', transposed),
        '·',
        vector(at('dz', t), dz, { decimals }),
        '=',
        vector(`Whhᵀ·${at('dz', t)}`, toPast, { decimals }),
      ),
      text(asMatrix),
      equation(
        diagonal(`tanh′(${at('z', t)})`, slope),
        '·',
        matrix('Whh', Whh),
        '=',
        matrix(`∂${at('h', t)}/∂${at('h', t - 1)}`, jacobian),
      ),
    ],
  };
}

function products(stage: Stage): Scene {
  const { lecture, texts } = stage;
  const { title, idea, table, bound, far, ...verdict } = texts.products;
  const rows = (list: readonly JacobianProduct[]) =>
    list.map(({ N, norm, slopes, weights }) => [
      String(N),
      figure(slopes),
      figure(weights),
      figure(slopes * weights),
      figure(norm),
    ]);
  const tableOf = (list: readonly JacobianProduct[]): Block => ({
    kind: 'table',
    ...table,
    rows: rows(list),
    numeric: [0, 1, 2, 3, 4],
  });
  const { N, norm } = lecture.horizon.at(-1)!;
  const word = norm < VANISHED ? verdict.vanished : norm > 1 / VANISHED ? verdict.exploded : verdict.kept;
  return {
    id: 'products',
    title,
    blocks: [
      text(idea),
      ...writtenOut(stage),
      tableOf(lecture.products),
      text(bound),
      text(far),
      tableOf(lecture.horizon),
      text(word(N, figure(norm))),
    ],
  };
}

/** ∂h_T/∂h_{T−2} as a product of tanh′ and Whh; a word of one step has none. */
function writtenOut({ lecture }: Stage): Block[] {
  const [last, before] = lecture.backward;
  if (!last || !before) return [];
  const { Whh } = lecture.weights;
  return [
    equation(
      diagonal(`tanh′(${at('z', last.t)})`, last.slope),
      '·',
      matrix('Whh', Whh),
      '·',
      diagonal(`tanh′(${at('z', before.t)})`, before.slope),
      '·',
      matrix('Whh', Whh),
      '=',
      matrix(`∂${at('h', last.t)}/∂${at('h', before.t - 1)}`, lecture.products[1]!.matrix),
    ),
  ];
}

function shares({ lecture, texts }: Stage): Scene {
  const { backward, gradient } = lecture;
  const { title, idea, first } = texts.shares;
  const decimals = decimalsFor(...gradient.Whh);
  const terms = [...backward]
    .reverse()
    .map(({ t, share }) => matrix(`dz${subscript(t)}·h${subscript(t - 1)}ᵀ`, share.Whh, { decimals }));
  return {
    id: 'shares',
    title,
    blocks: [
      text(idea),
      equation(
        ...terms.flatMap((term, i) => (i === 0 ? [term] : ['+', term])),
        '=',
        matrix('∂L/∂Whh', gradient.Whh, { decimals }),
      ),
      text(first),
    ],
  };
}

function update({ lecture, texts }: Stage): Scene {
  const { learningRate, weights, loss } = lecture.update;
  const { title, idea, fell } = texts.update;
  // a word of one step has no history, so that Whh has no gradient
  const name = lecture.steps.length > 1 ? 'Whh' : 'Why';
  const gradient = lecture.gradient[name];
  const decimals = decimalsFor(...gradient.map((row) => row.map((value) => value * learningRate)));
  return {
    id: 'update',
    title,
    blocks: [
      text(idea(String(learningRate))),
      equation(
        matrix(name, lecture.weights[name], { decimals }),
        `− ${learningRate} ·`,
        matrix(`∂L/∂${name}`, gradient, { decimals }),
        '=',
        matrix(`${name}′`, weights[name], { decimals }),
      ),
      text(fell(lecture.loss.toFixed(4), loss.toFixed(4))),
    ],
  };
}

function writing({ lecture, texts, name }: Stage): Scene {
  const { generated, vocabulary } = lecture;
  const { title, idea, table, result } = texts.writing;
  const first = generated[0]!.input;
  const rows = generated.map(({ input, step: { predicted, p } }, i) => [
    String(i + 1),
    name(input),
    name(predicted),
    p[predicted]!.toFixed(3),
  ]);
  const written = [first, ...generated.map(({ step }) => step.predicted)].map((id) => vocabulary[id]!);
  return {
    id: 'writing',
    title,
    blocks: [
      text(idea(name(first))),
      { kind: 'table', ...table, rows, numeric: [0, 3] },
      text(result(name(first), quotedText(written))),
    ],
  };
}

function closing({ texts }: Stage): Scene {
  const { title, factors, lstm, next } = texts.closing;
  return {
    id: 'closing',
    title,
    blocks: [
      text(factors(figure(0.9 ** 50), figure(1.1 ** 50))),
      text(lstm(figure(0.99 ** 50))),
      formula('cₜ = f ∘ cₜ₋₁ + i ∘ g', 'hₜ = o ∘ tanh(cₜ)'),
      text(next),
      formula(
        'rnn train corpora/hello.txt --preset hello',
        'rnn sample --seed h --len 4 --greedy',
        'rnn inspect-gradients checkpoints/hello.json',
        'rnn corpus recall --lag 40 > recall.txt',
        'rnn train recall.txt --cell lstm --seq-length 100',
      ),
    ],
  };
}
