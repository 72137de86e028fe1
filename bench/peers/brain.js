// brain.js: its recurrent network (ReLU, embedded input, one stream) on a random string of STEPS characters out of 65.
// At these sizes it diverges with its default learning rate, so the figure is the cost of a character, not of learning.
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
process.stdout.write(`${rate} brain.js ${createRequire(import.meta.url)('brain.js/package.json').version}\n`);
