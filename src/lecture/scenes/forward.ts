import { at, equation, formula, matrix, quotedText, type Scene, text, vector } from '../blocks.ts';
import type { WordStep } from '../lecture.ts';
import { network, type Stage } from './stage.ts';

/** From the word through every step to its loss. */
export function forwardScenes(stage: Stage): Scene[] {
  const steps = stage.lecture.steps.map((step) => forwardStep(stage, step));
  return [word(stage), weights(stage), ...steps, loss(stage)];
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

function forwardStep(stage: Stage, step: WordStep): Scene {
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
