/* Made from src/config by `npm run docs`. */

/** Settings of a training run; each is optional. */
export interface Settings {
  /** what counts as one character: a code point, a grapheme or a byte. By default "codepoint". */
  unit?: 'codepoint' | 'grapheme' | 'byte' | undefined;
  /** encoding of the corpus: a WHATWG label such as utf-8, utf-16be, windows-1252, gbk, shift_jis or euc-kr; the byte order mark of a file takes precedence. By default "utf-8". */
  encoding?: string | undefined;
  /** what to do with bytes that are invalid in the encoding. By default "error". */
  invalid?: 'error' | 'replace' | undefined;
  /** fraction of the text held out for validation, which decides the best weights (default: 0.1; of a text above 1.2 million characters, 120,000 characters). A number from 0 to below 1. */
  validationFraction?: number | undefined;
  /** fraction of the text held out for a final test: rnn eval --part test. A number from 0 to below 1, by default 0. */
  testFraction?: number | undefined;
  /** where held-out text is taken from: the end of the text (tail), or the end of every stream (striped). By default "tail". */
  split?: 'tail' | 'striped' | undefined;
  /** type of recurrent cell. By default "rnn". */
  cell?: 'rnn' | 'lstm' | 'gru' | undefined;
  /** hidden units of each layer (H). An integer from 1 to 65536, by default 256. */
  hidden?: number | undefined;
  /** stacked recurrent layers (L). An integer from 1 to 64, by default 1. */
  layers?: number | undefined;
  /** activation function of the rnn cell; relu with init identity is the IRNN. By default "tanh". */
  nonlinearity?: 'tanh' | 'relu' | undefined;
  /** size of the character embedding, tied: input and output share it; 0 is one-hot. An integer from 0 to 65536, by default 0. */
  embedding?: number | undefined;
  /** probability of dropping an output of a layer in training. A number from 0 to below 1, by default 0. */
  dropout?: number | undefined;
  /** variational dropout: one mask for all steps of a window. By default false. */
  variational?: boolean | undefined;
  /** DropConnect: probability of dropping a recurrent weight of Whh in each window. A number from 0 to below 1, by default 0. */
  weightDrop?: number | undefined;
  /** initialization of the recurrent weights Whh. By default "uniform". */
  init?: 'uniform' | 'orthogonal' | 'identity' | undefined;
  /** factor on the initial Whh: well below 1 the gradient vanishes, well above it explodes. A number from 0 to 1000, by default 1. */
  initGain?: number | undefined;
  /** initial bias of the forget gates of an lstm; above 0 they start open. A number from -100 to 100, by default 1. */
  forgetBias?: number | undefined;
  /** window of truncated back-propagation through time, in steps (T). An integer from 1 to 65536, by default 50. */
  seqLength?: number | undefined;
  /** parallel streams of text (B) (default: 32, fewer for a short text, so that an epoch has about 50 updates). An integer from 1 to 65536. */
  batchSize?: number | undefined;
  /** carry the state from one window to the next: each begins from zero, in evaluations too, as in some publications. By default true. */
  carryState?: boolean | undefined;
  /** data parallelism: equal groups of streams, whose gradients are summed in a balanced tree. An integer from 1 to 256, by default 1. */
  replicas?: number | undefined;
  /** total passes over the training text (default, without steps: 20; fewer for a text above a megabyte; as many as make 500 updates where 20 make fewer, or where the text is shorter than some 2,800 characters). An integer from 1 to 1000000. */
  epochs?: number | undefined;
  /** total updates; if epochs are given too, the run ends at whichever comes first. An integer from 1 to 1000000000000. */
  steps?: number | undefined;
  /** optimizer; adam with weightDecay is AdamW. By default "adam". */
  optimizer?: 'sgd' | 'adagrad' | 'rmsprop' | 'adam' | undefined;
  /** learning rate α (default: 0.003 for adam, 0.002 for rmsprop, 0.1 for adagrad, 0.5 for sgd). A number above 0 to 1e+38. */
  learningRate?: number | undefined;
  /** learning-rate schedule; linear and cosine reach the minimum learning rate at the last step. By default "cosine". */
  schedule?: 'constant' | 'linear' | 'cosine' | 'step' | 'plateau' | undefined;
  /** steps of linear warm-up, in which the learning rate rises from 0. An integer from 0 to 1000000000000, by default 0. */
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
  /** steps between evaluations on the validation text (default: at least 200, so that they take at most 3 % of the time, but at least once an epoch). An integer from 1 to 1000000000000. */
  evalEvery?: number | undefined;
  /** early stopping: end after this many evaluations without improvement; 0 is off (default: a quarter of the run's evaluations, at least 5; off without a validation text). An integer from 0 to 1000000000. */
  patience?: number | undefined;
  /** steps between sample previews; 0 is off (default: at least 500, so that they take at most 1 % of the time). An integer from 0 to 1000000000000. */
  sampleEvery?: number | undefined;
  /** steps between records of the gradient flow, which inspect-gradients shows; 0 is off. An integer from 0 to 1000000000000, by default 0. */
  inspectEvery?: number | undefined;
  /** steps between checkpoints (default: at least 500, so that they take at most 1 % of the time). An integer from 1 to 1000000000000. */
  saveEvery?: number | undefined;
  /** random seed. An integer from 0 to 9007199254740991, by default 1. */
  rngSeed?: number | undefined;
}

/** How each character of a sample is chosen; each is optional. */
export interface SamplingSettings {
  /** softmax temperature: below 1 is safer and more repetitive, above 1 more varied, with more errors. A number above 0 to 1000000, by default 1. */
  temperature?: number | undefined;
  /** top-k sampling: choose among the k most probable characters; 0 is off. An integer from 0 to 1114112, by default 0. */
  topK?: number | undefined;
  /** nucleus sampling: choose among the smallest set of characters whose probabilities sum to p; 1 is off. A number above 0 to 1, by default 1. */
  topP?: number | undefined;
  /** min-p sampling: leave out characters less probable than this fraction of the most probable one; 0 is off. A number from 0 to below 1, by default 0. */
  minP?: number | undefined;
  /** always take the most probable character. By default false. */
  greedy?: boolean | undefined;
  /** breaks loops: once more than 16 characters repeat recent text, each further one divides the odds of continuing the repeat by this (try 1.5); 1 is off. A number from 1 to 1000000, by default 1. */
  repetitionPenalty?: number | undefined;
}
