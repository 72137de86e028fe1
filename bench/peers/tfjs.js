// TensorFlow.js on about the same work: simpleRNN layers, dense output, softmax cross-entropy, RMSprop, one-hot input;
// no clipping and no carried state, which is less than the others do.
//   node bench/peers/tfjs.js HIDDEN BATCH STEPS LAYERS BACKEND SECONDS     BACKEND: wasm or cpu
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { medianRate } from './stretches.js';

const [hidden, B, T, layers] = process.argv.slice(2, 6).map(Number);
const [backend, seconds] = process.argv.slice(6);
const V = 65;
if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js has no backend ${backend} here`);
const model = tf.sequential();
for (let layer = 0; layer < layers; layer++) {
  const inputShape = layer === 0 ? { inputShape: [T, V] } : {};
  model.add(tf.layers.simpleRNN({ units: hidden, returnSequences: true, ...inputShape }));
}
model.add(tf.layers.dense({ units: V, activation: 'softmax' }));
model.compile({ optimizer: tf.train.rmsprop(0.002), loss: 'categoricalCrossentropy' });
const oneHot = () => tf.oneHot(tf.randomUniform([B, T], 0, V, 'int32'), V);
const [x, y] = [oneHot(), oneHot()];
const rate = await medianRate(() => model.trainOnBatch(x, y), B * T, Number(seconds));
process.stdout.write(`${rate} TensorFlow.js ${tf.version.tfjs}\n`);
