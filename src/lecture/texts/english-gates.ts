import type { GruTexts, LstmTexts } from './texts.ts';

export const englishLstm: LstmTexts = {
  title: 'What vanishes, and what helps: the LSTM',
  vanish: (small, large) =>
    `Over N steps the gradient is multiplied N times by tanh′, at most 1, and by Whh. A factor of 0.9 leaves 0.9⁵⁰ = ${small} after 50 steps: it vanishes. A factor of 1.1 makes 1.1⁵⁰ = ${large}: it explodes. Clipping cures explosion, but nothing brings back what has vanished.`,
  idea: 'The LSTM (long short-term memory) therefore keeps a second state, the cell state c. What is new is added to it, so that nothing squeezes c on its way. Three gates and a candidate decide what happens to it.',
  define: {
    f: {
      name: 'forget gate f',
      text: 'How much of the old cell state is kept: 1 keeps all of it, 0 forgets it.',
    },
    i: { name: 'input gate i', text: 'How much of the candidate is written into the cell state.' },
    g: { name: 'candidate g', text: 'What could be written, between −1 and 1.' },
    o: { name: 'output gate o', text: 'How much of the cell state is shown.' },
    c: { name: 'cell state c', text: 'What is kept and what is written, added.' },
    h: { name: 'hidden state h', text: 'What is shown, to the output and to the next step.' },
  },
  learned: (parameters, updates, start, loss) =>
    `An LSTM of three units has learned the same word. Its gates and its candidate have weights of their own, which makes ${parameters} numbers with the output layer. It took ${updates} updates, and the loss of the word fell from ${start} to ${loss}.`,
  numbers: {
    title: (t, character) => `LSTM, step ${t}: the gates read ${character}`,
    idea: 'Input, history and bias are added, as in the vanilla RNN, but four times over. σ makes gates of three of the sums, tanh makes the candidate of the fourth.',
  },
  state: {
    title: (t, character) => `LSTM, step ${t}: the cell state takes in ${character}`,
    cell: 'The forget gate keeps a part of the old cell state. The input gate lets in a part of the candidate.',
    hidden:
      'The output gate shows a part of the new cell state, squeezed by tanh. From here on all is as before: logits, softmax, prediction.',
  },
  path: {
    title: 'The cell state: a path with the factor f',
    idea: 'On the path from cₜ₋₁ to cₜ there is one product, with f, and one sum. So a gradient that goes back along c meets one factor a step, the forget gate. There is no weight on this path and no tanh.',
    table: {
      caption: 'Back along the cell state: f in each step, and Π, the product so far',
      step: 'step t',
    },
    left: (steps, most) =>
      `After ${steps === 1 ? 'one step' : `${steps} steps`} back along c, the unit that keeps most has ${most} of its gradient left.`,
    carousel:
      'Hochreiter and Schmidhuber (1997) had no forget gate. The factor was exactly 1, whatever the weights; they called this the constant error carousel, since the error goes round in it without fading. With the forget gate (Gers, Schmidhuber and Cummins, 2000) the network chooses the factor itself.',
    openness: (kept) => `A gate that stays at f = 0.99 leaves 0.99⁵⁰ = ${kept} after 50 steps.`,
  },
};

export const englishGru: GruTexts = {
  title: 'The GRU: one state, two gates',
  idea: 'The GRU (gated recurrent unit) does the same with less. It has no second state, and two gates in place of three.',
  define: {
    r: { name: 'reset gate r', text: 'How much of the old state goes into the candidate.' },
    z: { name: 'update gate z', text: 'How much of the old state stays: 1 keeps all of it, 0 replaces it.' },
    n: { name: 'candidate n', text: 'What could take its place, between −1 and 1.' },
    h: { name: 'hidden state h', text: 'A mixture of the two: n fills what z leaves free.' },
  },
  learned: (parameters, ofLstm, updates, start, loss) =>
    `With three units and the output layer these are ${parameters} numbers, where the LSTM has ${ofLstm}. It learned the word in ${updates} updates, and the loss fell from ${start} to ${loss}.`,
  numbers: {
    title: (t, character) => `GRU, step ${t}: the gates read ${character}`,
    idea: 'Both gates are computed as those of the LSTM.',
    candidate: 'On its way into the candidate the history passes the reset gate.',
  },
  state: {
    title: (t, character) => `GRU, step ${t}: the state takes in ${character}`,
    mix: 'Of the candidate there is as much as 1 − z in the new state, of the old state as much as z.',
    path: 'Back along this path the gradient meets the factor z, which is to the GRU what f is to the LSTM. Where z is near 1, the state stays, and so does its gradient.',
  },
};
