import { describe, expect, it } from 'vitest';
import { toPyTorch } from '../../src/exchange/index.ts';
import { createRandom } from '../../src/random.ts';
import { modelOf } from '../support/exchange.ts';
import { fileOf, problemOf } from '../support/state-dicts.ts';

/** A file of a header as text. */
function raw(header: string, numbers = 0, stated = BigInt(Buffer.byteLength(header))): Uint8Array {
  const bytes = Buffer.concat([Buffer.alloc(8), Buffer.from(header), Buffer.alloc(numbers)]);
  bytes.writeBigUInt64LE(stated);
  return bytes;
}
const entry = (value: object) =>
  JSON.stringify({ w: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24], ...value } });

describe('a damaged safetensors file is refused in one line', () => {
  it.each<[string, Uint8Array, string]>([
    ['empty', new Uint8Array(0), 'expected a safetensors file, got 0 bytes'],
    [
      'a huge header',
      raw('{}', 0, 2n ** 63n),
      'expected a safetensors header of at most 33554432 bytes, got one of 9223372036854775808',
    ],
    [
      'a header that is cut off',
      raw('{}', 0, 40n),
      'cut off: its header should have 40 bytes, the file has 2 more',
    ],
    [
      'no JSON',
      raw('{"w":'),
      'damaged: the header of a safetensors file must be a JSON object, got something else',
    ],
    [
      'a list',
      raw('[{}]'),
      'damaged: the header of a safetensors file must be a JSON object, got something else',
    ],
    ['a tensor that is none', raw('{"w":1}'), 'damaged: "w": expected type, shape and place of a tensor'],
    [
      'another type',
      raw(entry({ dtype: 'F16' }), 24),
      '"w": expected float32 or float64 (F32, F64), got "F16"',
    ],
    [
      'a type by an inherited name',
      raw(entry({ dtype: 'toString' }), 24),
      '"w": expected float32 or float64 (F32, F64), got "toString"',
    ],
    ['a negative axis', raw(entry({ shape: [-2, -3] }), 24), 'damaged: "w": expected a shape and a place'],
    [
      'another shape',
      raw(entry({ shape: [2, 4] }), 24),
      'damaged: "w": a shape of (2,4) needs 32 bytes, got 24',
    ],
    ['numbers that are cut off', raw(entry({}), 23), 'cut off or damaged: "w": bytes 0 to 24 of 23'],
    [
      'bytes from behind',
      raw(entry({ data_offsets: [24, 0] }), 24),
      'cut off or damaged: "w": bytes 24 to 0 of 24',
    ],
    ['more bytes', raw(entry({}), 25), 'damaged: its tensors take 24 bytes, after its header come 25'],
    ['metadata that are no texts', raw('{"__metadata__":{"a":1}}'), 'damaged: __metadata__: expected texts'],
  ])('%s', (_, bytes, problem) => {
    expect(problemOf(bytes)).toBe(`m.safetensors: ${problem}`);
  });

  it('with any byte of its header changed', () => {
    const whole = fileOf();
    const header = 8 + Number(new DataView(whole.buffer).getBigUint64(0, true));
    const random = createRandom(1, 'bytes');
    for (let i = 0; i < 500; i++) {
      const bytes = whole.slice();
      bytes[Math.floor(random.next() * header)] = Math.floor(random.next() * 256);
      // a changed name may be a file as good as any
      expect(problemOf(bytes)).toMatch(/^(none|m\.safetensors: [^\n]+)$/);
    }
  });

  it('wherever it is cut', () => {
    const whole = toPyTorch(modelOf({ cell: 'gru' }));
    for (let length = 0; length < whole.length; length += 97)
      expect(problemOf(whole.subarray(0, length))).toMatch(/^m\.safetensors: [^\n]{10,200}$/);
  });
});
