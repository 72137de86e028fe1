/* Made from src/config by `npm run docs`. */

/** Settings of a training run; each is optional. */
export interface Settings {
  /** what one character of the model is. By default "codepoint". */
  unit?: 'codepoint' | 'grapheme' | 'byte' | undefined;
  /** how the bytes of the corpus are read: any label of the WHATWG, such as utf-8, utf-16be, windows-1252, gbk, shift_jis, euc-kr; the byte order mark of a file goes before it. By default "utf-8". */
  encoding?: string | undefined;
  /** what to do with bytes that are not text in that encoding. By default "error". */
  invalid?: 'error' | 'replace' | undefined;
  /** share of the text held out for validation, which decides the best weights (default: 0.1, of a text above 1.2 million characters 120,000 of them). A number from 0 to below 1. */
  validationFraction?: number | undefined;
  /** share of the text held out for a final test: rnn eval --part test. A number from 0 to below 1, by default 0. */
  testFraction?: number | undefined;
  /** where held-out text is taken: from the end of the text (tail), or from the end of every stream (striped). By default "tail". */
  split?: 'tail' | 'striped' | undefined;
  /** kind of recurrent cell. By default "rnn". */
  cell?: 'rnn' | 'lstm' | 'gru' | undefined;
  /** hidden units of a layer (H). An integer from 1 to 65536, by default 256. */
  hidden?: number | undefined;
  /** stacked recurrent layers (L). An integer from 1 to 64, by default 1. */
  layers?: number | undefined;
  /** function of the rnn cell; relu with init identity is the IRNN. By default "tanh". */
  nonlinearity?: 'tanh' | 'relu' | undefined;
  /** length of a learned vector for each character, shared by input and output; 0 is one-hot. An integer from 0 to 65536, by default 0. */
  embedding?: number | undefined;
  /** share of the outputs of each layer that is dropped in training. A number from 0 to below 1, by default 0. */
  dropout?: number | undefined;
  /** variational dropout: one mask for all steps of a window. By default false. */
  variational?: boolean | undefined;
  /** DropConnect: share of the recurrent weights Whh dropped in each window. A number from 0 to below 1, by default 0. */
  weightDrop?: number | undefined;
  /** initialization of the recurrent weights Whh. By default "uniform". */
  init?: 'uniform' | 'orthogonal' | 'identity' | undefined;
  /** factor on the initial Whh: well below 1 the gradient vanishes, well above it explodes. A number from 0 to 1000, by default 1. */
  initGain?: number | undefined;
  /** initial bias of the forget gates of an lstm; above 0 they start open. A number from -100 to 100, by default 1. */
  forgetBias?: number | undefined;
  /** time steps of one window of truncated back-propagation (T). An integer from 1 to 65536, by default 50. */
  seqLength?: number | undefined;
  /** parallel streams of text (B) (default: 32, fewer of a short text, so that an epoch has some 50 updates). An integer from 1 to 65536. */
  batchSize?: number | undefined;
  /** carry the state from a window to the next: each begins from zero, in measuring too, as some publications do. By default true. */
  carryState?: boolean | undefined;
  /** equal groups of streams, whose gradients are summed as a balanced tree (data-parallel work). An integer from 1 to 256, by default 1. */
  replicas?: number | undefined;
  /** passes over the training text, in total (default, where no steps are given: 20, fewer of a text above a megabyte, more where these would make less than 500 updates). An integer from 1 to 1000000. */
  epochs?: number | undefined;
  /** updates in total; of steps and epochs given together, whichever ends first counts. An integer from 1 to 1000000000000. */
  steps?: number | undefined;
  /** rule that turns gradients into updates. By default "adam". */
  optimizer?: 'sgd' | 'adagrad' | 'rmsprop' | 'adam' | undefined;
  /** step size α (default: 0.003 for adam, 0.002 for rmsprop, 0.1 for adagrad, 0.5 for sgd). A number above 0 to 1e+38. */
  learningRate?: number | undefined;
  /** learning-rate schedule; linear and cosine reach the minimum learning rate at the last step. By default "cosine". */
  schedule?: 'constant' | 'linear' | 'cosine' | 'step' | 'plateau' | undefined;
  /** steps of linear warm-up: the learning rate rises from 0. An integer from 0 to 1000000000000, by default 0. */
  warmupSteps?: number | undefined;
  /** minimum learning rate of every schedule. A number from 0 to 1e+38, by default 0. */
  minLearningRate?: number | undefined;
  /** step schedule: steps between two decays. An integer from 1 to 1000000000000, by default 1000. */
  decayEvery?: number | undefined;
  /** plateau schedule: evaluations without improvement before a decay. An integer from 0 to 1000000000, by default 2. */
  decayPatience?: number | undefined;
  /** step and plateau schedules: factor on the learning rate at each decay. A number above 0 to 1, by default 0.5. */
  decayFactor?: number | undefined;
  /** momentum of sgd. A number from 0 to below 1, by default 0. */
  momentum?: number | undefined;
  /** Nesterov momentum for sgd. By default false. */
  nesterov?: boolean | undefined;
  /** decoupled weight decay λ: each step multiplies the weights by 1 − α·λ (AdamW with adam); 0 is off. A number from 0 to 1000, by default 0. */
  weightDecay?: number | undefined;
  /** decay of an exponential moving average of the weights, which is evaluated and saved in their place (try 0.999); 0 is off. A number from 0 to below 1, by default 0. */
  average?: number | undefined;
  /** gradient clipping by norm: largest norm of the whole gradient; 0 is off. A number from 0 to 1000000000, by default 5. */
  clipNorm?: number | undefined;
  /** gradient clipping by value: largest absolute value of an element; 0 is off. A number from 0 to 1000000000, by default 0. */
  clipValue?: number | undefined;
  /** steps between measurements on the validation text (default: 200 or more, so that they take at most 3 % of the time, but at least one an epoch). An integer from 1 to 1000000000000. */
  evalEvery?: number | undefined;
  /** stop after this many measurements without a better one; 0 never stops early (default: a quarter of the run's measurements, at least 5; 0 without a validation text). An integer from 0 to 1000000000. */
  patience?: number | undefined;
  /** steps between sample previews; 0 shows none (default: 500 or more, so that they take at most 1 % of the time). An integer from 0 to 1000000000000. */
  sampleEvery?: number | undefined;
  /** steps between measurements of the gradient flow, kept for inspect-gradients; 0 is off. An integer from 0 to 1000000000000, by default 0. */
  inspectEvery?: number | undefined;
  /** steps between checkpoints (default: 500 or more, so that they take at most 1 % of the time). An integer from 1 to 1000000000000. */
  saveEvery?: number | undefined;
  /** seed of the random numbers. An integer from 0 to 9007199254740991, by default 1. */
  rngSeed?: number | undefined;
}

/** How each character of a sample is chosen; each is optional. */
export interface SamplingSettings {
  /** softmax temperature: below 1 safer and more repetitive, above 1 more varied and more errors. A number above 0 to 1000000, by default 1. */
  temperature?: number | undefined;
  /** top-k sampling: choose among the k most probable characters; 0 is off. An integer from 0 to 1114112, by default 0. */
  topK?: number | undefined;
  /** nucleus sampling: choose among the fewest most probable characters whose probabilities sum to p; 1 is off. A number above 0 to 1, by default 1. */
  topP?: number | undefined;
  /** min-p sampling: leave out characters less probable than this share of the most probable one; 0 is off. A number from 0 to below 1, by default 0. */
  minP?: number | undefined;
  /** always take the most probable character. By default false. */
  greedy?: boolean | undefined;
  /** break loops: once more than 16 characters repeat recent text, each further one divides the odds of going on with the repeat by this (try 1.5); 1 is off. A number from 1 to 1000000, by default 1. */
  repetitionPenalty?: number | undefined;
}
