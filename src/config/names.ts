/** Names that both the configuration and the model know; they stand here, since the model is built on the configuration. */
export const CELL_NAMES = ['rnn', 'lstm', 'gru'] as const;
export type CellName = (typeof CELL_NAMES)[number];

export const NONLINEARITIES = ['tanh', 'relu'] as const;
export type Nonlinearity = (typeof NONLINEARITIES)[number];

export const INITIALIZATIONS = ['uniform', 'orthogonal', 'identity'] as const;
export type Initialization = (typeof INITIALIZATIONS)[number];
