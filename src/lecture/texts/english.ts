import { englishBack, englishFlow } from './english-flow.ts';
import { englishGru, englishLstm } from './english-gates.ts';
import type { Texts } from './texts.ts';

export const english: Texts = {
  language: 'en',
  chapters: {
    start: 'The lecture',
    forward: 'Forward: reading',
    sharing: 'The same weights in every step',
    backward: 'Backward: the gradient',
    training: 'Training and writing',
    gated: 'LSTM and GRU',
    closing: 'The end',
  },
  start: {
    title: (word) => `A recurrent network learns ${word}`,
    about:
      'This is a lecture on recurrent neural networks. It is for students who know matrices and derivatives and have met a neural network before, and for those who teach them.',
    way: 'It begins with one character and the hidden state. It follows the loss back through time, sees gradients vanish and explode, and ends with the gates of LSTM and GRU.',
    numbers:
      'No number in it is made up. A network of three hidden units has just learned this word, and everything that follows was computed with it; an LSTM and a GRU come later.',
  },
  page: {
    previous: 'Previous',
    next: 'Next',
    all: 'Show all',
    fullScreen: 'Full screen',
    name: 'English',
    position: (scene, scenes) => `scene ${scene} of ${scenes}`,
    part: (part, parts) => `part ${part} of ${parts}`,
    keys: 'Arrow keys, Page Up and Page Down, or the space bar go on and back; Home and End lead to the ends; f fills the screen.',
    contents: 'Contents',
    shading:
      'Positive numbers stand on blue, negative ones on orange; the stronger the colour, the larger the number in its matrix.',
  },
  terminal: { keys: 'space next · b back · q quit', last: 'the end · b back · q quit' },
  network: {
    forward: 'The network unrolled over time: every arrow of one kind is the same matrix.',
    backward: 'The gradient flows back, from the last step to the first.',
  },
  word: {
    title: (word) => `The word ${word} and its alphabet`,
    questions: (word, count) =>
      `A character-level model reads one character after another and each time predicts the next. The word ${word} asks it ${count === 1 ? 'one question' : `${count} questions`}:`,
    end: 'A word of one letter leaves nothing to predict, so the end of the word, ‘⏎’, is a character here too.',
    table: {
      caption: 'What goes in, and what should come out',
      head: ['step t', 'input xₜ', 'right answer'],
    },
    oneHot: (V) =>
      `The alphabet has V = ${V} characters. A network computes with numbers, so each character becomes a one-hot vector x: all zeros but for a single 1 in its own row. One column for each step:`,
  },
  weights: {
    title: 'One set of weights, shared by every step',
    shared:
      'However long the text, there is one Wxh, one Whh and one Why. Every step uses these same numbers; only the input x and the hidden state h change.',
    table: {
      caption: 'The weights',
      head: ['name', 'shape', 'leads from … to', 'numbers'],
      roles: {
        Wxh: 'input to hidden state',
        Whh: 'hidden state to the next hidden state',
        bh: 'bias of the hidden state',
        Why: 'hidden state to logits',
        by: 'bias of the logits',
      },
      total: 'together',
    },
    learned: (updates, rngSeed, start, loss) =>
      `They were learned a moment ago: ${updates} updates with Adam led from random numbers (--rng-seed ${rngSeed}) to these, and the loss of the word fell from ${start} to ${loss}. Training stopped there on purpose, so that an error is left whose gradient can be seen.`,
  },
  step: {
    title: (t, character) => `Step ${t}: it reads ${character}`,
    input: (t, character) =>
      `The input. The single 1 of ${t} picks the column ${character} of Wxh, so that nothing has to be multiplied.`,
    noHistory: 'The history. Nothing was read before: h₀ = 0, and the history adds nothing.',
    history: (state, before) =>
      `The history. ${state} is what the network remembers of ${before}; Whh, the same in every step, takes it along.`,
    sum: 'Input, history and bias are added, and tanh squeezes each number into (−1, 1). This is the new hidden state.',
    logits: 'From the hidden state, one logit (score) for each character:',
    chances: { caption: 'Probabilities of the next character: softmax of the logits', right: 'right answer' },
    loss: (target, p, loss) =>
      `The right answer ${target} got p = ${p}, which costs a loss of −ln ${p} = ${loss}.`,
  },
  loss: {
    title: 'Softmax and loss, written out',
    softmax: (t, sum) =>
      `Step ${t} once more. Softmax raises e to each logit and divides by the sum, Σ = ${sum}: every probability is positive, and together they are 1.`,
    softmaxTable: { caption: 'pᵢ = exp(yᵢ) / Σ exp(yⱼ)', character: 'character' },
    word: (V, guess) =>
      `The loss of a step is −ln of what the right answer got: 0 for certainty, ln ${V} = ${guess} for blind guessing, without limit for a confident mistake. The loss of the word is the sum.`,
    table: {
      caption: 'L = Σₜ −ln pₜ[right answer]',
      head: ['step t', 'input', 'right answer', 'its p', 'loss −ln p'],
      sum: 'sum L',
    },
  },
  concatenated: {
    title: 'The same in one product: W·[h; x]',
    idea: (t) =>
      `Many books write hₜ = tanh(W·[hₜ₋₁; xₜ] + b). It is the same computation: Whh and Wxh stand side by side in W, and h stands on x in one long vector. Step ${t} in this notation:`,
    same: (z, difference, H, V) =>
      `With the bias added this is ${z}, as it was in its step (largest difference ${difference}). W has H × (H + V) = ${H} × ${H + V} = ${H * (H + V)} numbers, just as many as Whh and Wxh together.`,
  },
  lengths: {
    title: 'The same weights for any length',
    idea: (parameters) =>
      `Nothing in the weights knows how long a text is. For a longer text the network is unrolled further, with the same ${parameters} numbers in each step:`,
    table: {
      caption: 'One model, texts of different lengths',
      head: ['text read', 'steps', 'weights', 'predicts next', 'with p'],
    },
    note: 'The last text is longer than any that it was trained on. It can be read; whether the prediction is any good is another question.',
  },
  histories: {
    title: 'The same character, another history',
    different: (word, character, [first, second]) =>
      `In ${word} the character ${character} comes more than once: first ${first} has to follow, later ${second}. What Wxh adds is the same both times. Only the history can tell them apart:`,
    same: (word, character) =>
      `In ${word} the character ${character} comes more than once, and the same character follows it. What Wxh adds is the same both times; hidden state and probabilities still differ, because the history does:`,
    none: (word, character) =>
      `In ${word} no character is read twice, so here is ${character} after two histories: nothing at all, and some text. What Wxh adds is the same both times; the history is not:`,
    start: 'at the start',
    after: (before) => `after ${before}`,
    meets: (past, character) => `${character} ${past}`,
    table: { caption: 'Probabilities of the next character', character: 'character' },
    result: (past, predicted, p) => `${past}: it predicts ${predicted} (p = ${p})`,
    lessons: {
      apart:
        'A table of pairs, of which character follows which, has one entry for this character. It would predict the same both times; only the hidden state tells the two apart.',
      pairs:
        'Both predictions are the same, and both are right. In this word the same character always follows, so a table of pairs, of which character follows which, would do as well.',
      alike:
        'Both predictions are the same, and a table of pairs, of which character follows which, would make it too. Only the probabilities show that the history was another. Where a character has several followers, the history decides: rnn explain hello.',
      more: 'In the word itself one character alone follows this one, so a table of pairs, of which character follows which, would do for it. The network uses more than that: with another history it predicts something else.',
    },
  },
  gradient: {
    title: 'Back: the gradient starts at the loss',
    start:
      'Which way should each number go to make the loss smaller? For softmax with cross-entropy the first derivative is simple: ∂L/∂yₜ = pₜ − one-hot of the right answer. For the last step:',
    each: 'And for all steps, one column each. Only right answers have negative numbers: their logits should rise, all others fall.',
    ways: 'Two gradients reach each hidden state: one from the loss of its own step, through Why, and one from all later steps, through Whh. So the computation runs from the last step to the first: back-propagation through time.',
  },
  back: {
    title: (t) => `Back through step ${t}`,
    last: 'This is the last step, so nothing comes from the future: the gradient of this hidden state comes from its own loss alone.',
    meet: (t) =>
      `Two gradients meet in this hidden state: from the loss of step ${t}, and from step ${t + 1}.`,
    tanh: 'Through tanh: each number is multiplied by tanh′ = 1 − h². Where h is near ±1, next to nothing gets through.',
    past: (t) => `Through Whh: this is what step ${t} receives.`,
    begin:
      'Through Whh: what would go on to step 0. But h₀ = 0 is no result of the network, so here the journey ends.',
    jacobian: 'Both factors in one matrix, the Jacobian of this step, its tanh′ on the diagonal:',
  },
  products: {
    title: 'N steps back: [tanh′]ᴺ·(Whh)ᴺ',
    idea: 'How much of a gradient arrives N steps earlier is decided by a product of N Jacobians: N times tanh′, and N times the same Whh.',
    table: {
      caption: 'The product over N steps (largest singular values)',
      head: ['N', 'N times max tanh′', '‖Whh‖ᴺ', 'bound (both)', 'real ‖∂hₜ/∂hₜ₋ₙ‖'],
    },
    bound:
      'The bound takes the worst of every step and is an upper limit; the directions of the real factors rarely agree, so that their product is smaller.',
    far: 'A single word is short. So the network now reads it again and again, 50 steps:',
    vanishing: (N, norm) =>
      `Over ${N} steps a factor of ${norm} is left: the gradient has vanished. Hardly anything can be learned from what happened ${N} steps earlier.`,
    exploding: (N, norm) => `Over ${N} steps the factor has grown to ${norm}: the gradient explodes.`,
    carried: (N, norm) =>
      `Over ${N} steps a factor of ${norm} is left: neither vanished nor exploded, which is luck.`,
  },
  shares: {
    title: 'The gradient of shared weights is a sum',
    idea: 'Every step used the same Whh, so every step has its share in the gradient: dzₜ·hₜ₋₁ᵀ. The gradient of the one matrix is the sum of all shares:',
    first:
      'The share of step 1 is zero, since h₀ = 0. Wxh, bh, Why and by get their gradients in the same way.',
  },
  update: {
    title: 'The update: W ← W − α·∂L/∂W',
    idea: (rate) => `A small step against the gradient, with the learning rate α = ${rate}:`,
    fell: (before, after) =>
      `Wxh, Whh, bh, Why and by are all updated in this way. With the new weights the loss of the word is ${after}, down from ${before}. Training is this, again and again.`,
  },
  writing: {
    title: 'Writing: each output is the next input',
    idea: (first) =>
      `Now nobody tells the right answer. The network gets ${first} alone, and whatever it finds most probable is fed back as the next input:`,
    table: { caption: 'The network writes', head: ['step t', 'input', 'most probable next', 'with p'] },
    result: (first, text) => `From ${first} it wrote ${text}.`,
  },
  ...englishBack,
  ...englishFlow,
  gates: {
    sigma:
      'σ(z) = 1 / (1 + exp(−z)) lies between 0 and 1. So a gate works like a tap: shut, open or in between, for each number of the state apart.',
    sum: 'sum',
    predicts: (predicted, p) => `The most probable next character is ${predicted}, with p = ${p}.`,
  },
  lstm: englishLstm,
  gru: englishGru,
  closing: {
    title: 'Where to go on',
    recap:
      'One set of weights serves every step. The hidden state carries the past along. The gradient is multiplied in each step on its way back, so it vanishes or explodes. Clipping helps against the one that explodes, gates help against the one that vanishes.',
    next: 'All of this works on real texts too:',
  },
};
