import { flowOf } from '../../vanishing.ts';
import { transpose } from '../algebra.ts';
import {
  at,
  type Block,
  decimalsFor,
  diagonal,
  equation,
  figure,
  formula,
  matrix,
  type Scene,
  subscript,
  text,
  vector,
} from '../blocks.ts';
import type { JacobianProduct } from '../lecture.ts';
import type { BackwardStep } from '../steps.ts';
import { network, type Stage } from './stage.ts';
import { transposeScene } from './transpose.ts';

/** From the loss back through time to the gradient of the weights. */
export function backwardScenes(stage: Stage): Scene[] {
  const [last, ...earlier] = stage.lecture.backward.map((step) => backwardStep(stage, step));
  return [gradient(stage), last!, transposeScene(stage), ...earlier, products(stage), shares(stage)];
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
        matrix('Whhᵀ', transpose(Whh)),
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
  const { title, idea, table, bound, far } = texts.products;
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
      text(texts.products[flowOf(Math.log(norm), N)](N, figure(norm))),
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
