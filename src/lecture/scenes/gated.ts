import {
  at,
  type Block,
  definitions,
  equation,
  figure,
  formula,
  type Grid,
  type Scene,
  text,
  vector,
} from '../blocks.ts';
import type { Gate } from '../gates.ts';
import { decayScene } from './decay.ts';
import type { Stage } from './stage.ts';

/** The same word read by an LSTM and by a GRU, one step of each in numbers. */
export const gatedScenes = (stage: Stage): Scene[] => [
  lstmIdea(stage),
  lstmGates(stage),
  lstmState(stage),
  lstmPath(stage),
  gruIdea(stage),
  gruGates(stage),
  gruState(stage),
  decayScene(stage),
];

/** The second step, the first with a history; the only one else. */
const shownStep = <Step>(steps: readonly Step[]): Step => steps[Math.min(1, steps.length - 1)]!;

function lstmIdea({ lecture, texts }: Stage): Scene {
  const { updates, startLoss, loss, parameters } = lecture.lstm;
  const { title, vanish, idea, define, learned } = texts.lstm;
  return {
    id: 'lstm',
    title,
    blocks: [
      text(vanish(figure(0.9 ** 50), figure(1.1 ** 50))),
      text(idea),
      definitions(
        { ...define.f, formula: 'fₜ = σ(Wxf·xₜ + Whf·hₜ₋₁ + bf)' },
        { ...define.i, formula: 'iₜ = σ(Wxi·xₜ + Whi·hₜ₋₁ + bi)' },
        { ...define.g, formula: 'gₜ = tanh(Wxg·xₜ + Whg·hₜ₋₁ + bg)' },
        { ...define.o, formula: 'oₜ = σ(Wxo·xₜ + Who·hₜ₋₁ + bo)' },
        { ...define.c, formula: 'cₜ = fₜ ∘ cₜ₋₁ + iₜ ∘ gₜ' },
        { ...define.h, formula: 'hₜ = oₜ ∘ tanh(cₜ)' },
      ),
      text(texts.gates.sigma),
      text(learned(parameters, updates, startLoss.toFixed(3), loss.toFixed(3))),
    ],
  };
}

function lstmGates({ lecture, texts, name }: Stage): Scene {
  const { t, input, gates } = shownStep(lecture.lstm.steps);
  const { title, idea } = texts.lstm.numbers;
  const { sum } = texts.gates;
  return {
    id: 'lstm-gates',
    title: title(t, name(input)),
    blocks: [
      text(idea),
      gateEquation('f', t, gates.f, 'σ →', sum),
      gateEquation('i', t, gates.i, 'σ →', sum),
      gateEquation('g', t, gates.g, 'tanh →', sum),
      gateEquation('o', t, gates.o, 'σ →', sum),
    ],
  };
}

/** Wxf·x + Whf·h + bf = sum, σ of it → f */
function gateEquation(letter: string, t: number, gate: Gate, f: string, sum: string): Block {
  return equation(
    vector(`Wx${letter}·${at('x', t)}`, gate.fromInput),
    '+',
    vector(`Wh${letter}·${at('h', t - 1)}`, gate.fromHistory),
    '+',
    vector(`b${letter}`, gate.bias),
    '=',
    vector(sum, gate.sum),
    f,
    vector(at(letter, t), gate.value),
  );
}

function lstmState(stage: Stage): Scene {
  const step = shownStep(stage.lecture.lstm.steps);
  const { t, input, previous, gates, kept, written, c, squashed, h } = step;
  const { title, cell, hidden } = stage.texts.lstm.state;
  return {
    id: 'lstm-state',
    title: title(t, stage.name(input)),
    blocks: [
      text(cell),
      equation(
        vector(at('f', t), gates.f.value),
        '∘',
        vector(at('c', t - 1), previous.c),
        '+',
        vector(at('i', t), gates.i.value),
        '∘',
        vector(at('g', t), gates.g.value),
        '=',
        vector(`${at('f', t)}∘${at('c', t - 1)}`, kept),
        '+',
        vector(`${at('i', t)}∘${at('g', t)}`, written),
        '=',
        vector(at('c', t), c),
      ),
      text(hidden),
      equation(
        vector(at('o', t), gates.o.value),
        '∘',
        vector(`tanh(${at('c', t)})`, squashed),
        '=',
        vector(at('h', t), h),
      ),
      chances(stage, step),
      text(stage.texts.gates.predicts(stage.name(step.predicted), step.p[step.predicted]!.toFixed(3))),
    ],
  };
}

function chances({ texts, names }: Stage, { p, target }: { p: number[]; target: number }): Block {
  const { caption, right } = texts.step.chances;
  return { kind: 'chances', caption, names, p, right: target, rightLabel: right };
}

function lstmPath({ lecture, texts }: Stage): Scene {
  const { path, steps } = lecture.lstm;
  const { title, idea, carousel, table, left, openness } = texts.lstm.path;
  const T = steps.length;
  const { product } = path.at(-1)!;
  const units = product.map((_, unit) => unit + 1);
  return {
    id: 'lstm-path',
    title,
    blocks: [
      text(idea),
      formula('∂cₜ/∂cₜ₋₁ = fₜ', `∂${at('c', T)}/∂${at('c', 0)} = ${factors(T)}`),
      {
        kind: 'table',
        caption: table.caption,
        head: [table.step, ...units.map((unit) => `f[${unit}]`), ...units.map((unit) => `Π[${unit}]`)],
        rows: path.map(({ t, f, product }) => [String(t), ...[...f, ...product].map(figure)]),
        numeric: [0, 1, 2, 3, 4, 5, 6],
      },
      text(left(T, figure(Math.max(...product)))),
      text(carousel),
      text(openness(figure(0.99 ** 50))),
    ],
  };
}

/** f₄ ∘ … ∘ f₁ */
const factors = (T: number): string =>
  (T > 3 ? [at('f', T), '…', at('f', 1)] : Array.from({ length: T }, (_, i) => at('f', T - i))).join(' ∘ ');

function gruIdea({ lecture, texts }: Stage): Scene {
  const { updates, startLoss, loss, parameters } = lecture.gru;
  const { title, idea, define, learned } = texts.gru;
  return {
    id: 'gru',
    title,
    blocks: [
      text(idea),
      definitions(
        { ...define.r, formula: 'rₜ = σ(Wxr·xₜ + Whr·hₜ₋₁ + br)' },
        { ...define.z, formula: 'zₜ = σ(Wxz·xₜ + Whz·hₜ₋₁ + bz)' },
        { ...define.n, formula: 'nₜ = tanh(Wxn·xₜ + bn + rₜ ∘ (Whn·hₜ₋₁ + bhn))' },
        { ...define.h, formula: 'hₜ = (1 − zₜ) ∘ nₜ + zₜ ∘ hₜ₋₁' },
      ),
      text(learned(parameters, lecture.lstm.parameters, updates, startLoss.toFixed(3), loss.toFixed(3))),
    ],
  };
}

function gruGates({ lecture, texts, name }: Stage): Scene {
  const { t, input, r, z, n } = shownStep(lecture.gru.steps);
  const { title, idea, candidate } = texts.gru.numbers;
  const { sum } = texts.gates;
  return {
    id: 'gru-gates',
    title: title(t, name(input)),
    blocks: [
      text(idea),
      gateEquation('r', t, r, 'σ →', sum),
      gateEquation('z', t, z, 'σ →', sum),
      text(candidate),
      equation(
        vector(`Whn·${at('h', t - 1)}`, n.fromHistory),
        '+',
        vector('bhn', lecture.gru.weights.bhn),
        '=',
        vector('q', n.q),
      ),
      equation(
        vector(`Wxn·${at('x', t)}`, n.fromInput),
        '+',
        vector('bn', n.bias),
        '+',
        vector(`${at('r', t)}∘q`, n.passed),
        '=',
        vector(sum, n.sum),
        'tanh →',
        vector(at('n', t), n.value),
      ),
    ],
  };
}

function gruState(stage: Stage): Scene {
  const step = shownStep(stage.lecture.gru.steps);
  const { t, input, previous, z, n, written, kept, h } = step;
  const { title, mix, path } = stage.texts.gru.state;
  const stays = (values: readonly number[]): Grid =>
    vector(
      `1−${at('z', t)}`,
      values.map((value) => 1 - value),
    );
  return {
    id: 'gru-state',
    title: title(t, stage.name(input)),
    blocks: [
      text(mix),
      equation(
        stays(z.value),
        '∘',
        vector(at('n', t), n.value),
        '+',
        vector(at('z', t), z.value),
        '∘',
        vector(at('h', t - 1), previous),
        '=',
        vector('(1−z)∘n', written),
        '+',
        vector(`${at('z', t)}∘${at('h', t - 1)}`, kept),
        '=',
        vector(at('h', t), h),
      ),
      chances(stage, step),
      text(stage.texts.gates.predicts(stage.name(step.predicted), step.p[step.predicted]!.toFixed(3))),
      text(path),
    ],
  };
}
