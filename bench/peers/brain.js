// brain.js: its vanilla recurrent network on random strings of STEPS characters out of 65.
//   node bench/peers/brain.js HIDDEN STEPS SECONDS
import { createRequire } from 'node:module';
import { medianRate } from './stretches.js';

const brain = createRequire(import.meta.url)('brain.js');
const [hidden, T, seconds] = process.argv.slice(2).map(Number);
const network = new brain.recurrent.RNN({
  hiddenLayers: [hidden],
  inputSize: 65,
  inputRange: 65,
  outputSize: 65,
});
network.initialize();
const ids = Array.from({ length: T }, () => Math.floor(Math.random() * 65));
const rate = await medianRate(() => network.trainPattern(ids), T, seconds);
process.stdout.write(`${rate} brain.js\n`);
