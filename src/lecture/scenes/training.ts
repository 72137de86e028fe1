import { decimalsFor, equation, matrix, quotedText, type Scene, text } from '../blocks.ts';
import type { Stage } from './stage.ts';

/** What training and writing make of the gradient. */
export const trainingScenes = (stage: Stage): Scene[] => [update(stage), writing(stage)];

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
