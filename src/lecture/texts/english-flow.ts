import type { Texts } from './texts.ts';

/** How gradients go back, are cut and shared out, and how characters are drawn. */
export const englishBack: Pick<Texts, 'transpose' | 'windows' | 'temperature'> = {
  transpose: {
    title: 'Why the transpose: back along the same weights',
    forward: (h, z) =>
      `Forward, the first number of ${h} goes into every number of ${z}. Its weights on these ways stand in the first column of Whh.`,
    back: (h, dz) =>
      `Backward, each number goes back along the weight by which it came. So the gradient of the first number of ${h} is a sum over the same column: each weight times the number of ${dz} at its other end.`,
    row: 'The columns of Whh are the rows of Whhᵀ. The transpose says no more than this: the same weights, in the other direction.',
    check: (h, t, size, slope) =>
      `A test: move the first number of ${h} up and down by ${size}, and compute the loss of step ${t} again. It changes by ${slope} times the move, which is the sum above.`,
  },
  windows: {
    title: 'A long text: windows, a carried state, a cut gradient',
    idea: 'A book has a million steps. To go back through all of them would take too much memory, and every update would have to wait for the last page. So training cuts the text into windows (--seq-length): truncated back-propagation through time.',
    readTwice: 'This word has one step only, so it is read twice here.',
    carry: (first, second, state) =>
      `Here the first window reads ${first}, the second ${second}. Forward, nothing is cut: the second window begins with the state that the first one has left, ${state}.`,
    loss: (carried, reset) =>
      `With this state the second window costs a loss of ${carried}. If it began with zeros, it would cost ${reset}.`,
    stop: (before, after) =>
      `Backward, the gradient stops at the border. What step ${after} would send to step ${before} is dropped, so that step ${before} hears of the losses in its own window alone.`,
    difference: (missed) =>
      `So the gradient of Whh is not that of the whole text. Here the difference is ${missed} as long as the gradient itself. A longer window misses less, and the state still carries what lies before it.`,
    whole: 'whole',
    window: 'windows',
  },
  temperature: {
    title: 'Temperature: how bold the choice is',
    idea: (t, character) =>
      `The most probable character, always, makes dull texts. Usually the next one is drawn at random with the probabilities p, and the logits are divided by a temperature T before. Here is step ${t}, which read ${character}: of its answer the network is least sure.`,
    table: { caption: 'The same logits at three temperatures', character: 'character' },
    result: (character, chances) =>
      `The most probable character is ${character} each time, with ${chances}. A low temperature sharpens, a high one flattens, and the order stays. Near T = 0 only the most probable one is left, the greedy choice. To try it: rnn sample --temperature 0.7.`,
  },
};

/** Vanishing and exploding, measured. */
export const englishFlow: Pick<Texts, 'explosion' | 'flow' | 'decay'> = {
  explosion: {
    title: 'A real explosion, and what clipping does',
    idea: (hidden, gain, rngSeed) =>
      `This network is a fresh one of ${hidden} units, which has learned nothing yet. Its Whh is ${gain} times an orthogonal matrix (--init orthogonal --init-gain ${gain} --rng-seed ${rngSeed}), and it reads the word again and again.`,
    curves: 'What arrives N steps back, ‖∂hₜ/∂hₜ₋ₙ‖ (largest singular value)',
    factor: (gain, N, norm, flow) =>
      `With --init-gain ${gain} the factor over ${N} steps is ${norm}: ${flow}.`,
    table: {
      caption: 'The gradient of all weights over longer and longer windows',
      head: ['steps', '‖∂L/∂W‖', 'clipping multiplies by', 'length after it'],
    },
    clip: (clipNorm) =>
      `Clipping by norm (--clip-norm ${clipNorm}) leaves a short gradient alone. A longer one is multiplied by ${clipNorm}/‖∂L/∂W‖: the direction stays, the length becomes ${clipNorm}.`,
    length: (weights, rate, unclipped, clipped) =>
      `All weights together are ${weights} long. With α = ${rate}, the update after the longest window would be ${unclipped} long without clipping, and is ${clipped} long with it.`,
    slope: (before, unclipped, clipped) =>
      `An update that is longer than all weights throws away what they were, and saturates tanh. The mean of tanh′ goes from ${before} to ${unclipped}; with clipping it is ${clipped}. Where tanh is saturated, the next gradient vanishes.`,
  },
  flow: { vanishing: 'vanishing', carried: 'carried', exploding: 'exploding' },
  decay: {
    title: 'Both decays in one chart',
    idea: 'Each model reads the word again and again. How much of a gradient arrives N steps earlier? The curves are the largest singular value of ∂stateₜ/∂stateₜ₋ₙ: what is left in the direction that shrinks least. The state is h, and h and c together in an LSTM.',
    open: (bias, gate) =>
      `A second LSTM learned the word with forget gates that started nearly open: --forget-bias ${bias}, which makes f = σ(${bias}) = ${gate}.`,
    curves: 'What arrives N steps back, ‖∂stateₜ/∂stateₜ₋ₙ‖ (largest singular value)',
    words: (N, vanishing, exploding) =>
      `The words are defined over ${N} steps: vanishing, where less than ${vanishing} is left in this direction, and exploding, where more than ${exploding} times as much arrives. Everything between is carried.`,
    table: { caption: 'The same in numbers', model: 'model', word: (N) => `over ${N} steps` },
  },
};
