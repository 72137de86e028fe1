import { at, decimalsFor, equation, formula, matrix, quotedText, type Scene, text } from '../blocks.ts';
import { explosionScene } from './explosion.ts';
import type { Stage } from './stage.ts';
import { windowScene } from './windows.ts';

/** What training and writing make of the gradient. */
export const trainingScenes = (stage: Stage): Scene[] => [
  windowScene(stage),
  update(stage),
  explosionScene(stage),
  writing(stage),
  temperature(stage),
];

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

function temperature({ lecture, texts, names, name }: Stage): Scene {
  const { t, cases } = lecture.temperatures;
  const { title, idea, table, result } = texts.temperature;
  const { input, y, predicted } = lecture.steps[t - 1]!;
  const rows = names.map((label, v) => [label, y[v]!.toFixed(2), ...cases.map(({ p }) => p[v]!.toFixed(3))]);
  const best = cases.map(({ temperature, p }) => `T = ${temperature}: ${p[predicted]!.toFixed(3)}`);
  return {
    id: 'temperature',
    title,
    blocks: [
      text(idea(t, name(input))),
      formula('p = softmax(y / T)'),
      {
        kind: 'table',
        caption: table.caption,
        head: [table.character, at('y', t), ...cases.map(({ temperature }) => `T = ${temperature}`)],
        rows,
        numeric: [1, 2, 3, 4],
      },
      text(result(name(predicted), best.join('; '))),
    ],
  };
}
