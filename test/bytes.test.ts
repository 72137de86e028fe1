import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import * as browser from '../src/bytes.browser.ts';
import * as node from '../src/bytes.ts';
import { createRandom } from '../src/random.ts';

const random = createRandom('bytes', 'test');
const randomBytes = (length: number): Uint8Array =>
  Uint8Array.from({ length }, () => Math.floor(random.next() * 256));
/** About the ends of blocks, and longer than a piece. */
const LENGTHS = [0, 1, 2, 3, 55, 56, 57, 63, 64, 65, 119, 120, 1000, 70_001];

describe.each([
  ['Node', node],
  ['a browser', browser],
])('bytes in %s', (_, bytes) => {
  it.each(LENGTHS)('SHA-256 of %i bytes, in one part and in several', (length) => {
    const data = randomBytes(length);
    const expected = createHash('sha256').update(data).digest('hex');
    const [whole, parts] = [bytes.sha256(), bytes.sha256()];
    whole.update(data);
    for (let at = 0; at < length; at += 29) parts.update(data.subarray(at, at + 29));
    expect([whole.digest(), parts.digest()]).toEqual([expected, expected]);
  });

  it('SHA-256 of text is that of its UTF-8', () => {
    const hash = bytes.sha256();
    hash.update('한글 😀');
    expect(hash.digest()).toBe(createHash('sha256').update('한글 😀').digest('hex'));
  });

  it.each(LENGTHS)('base64 of %i bytes, there and back', (length) => {
    const data = randomBytes(length);
    const text = bytes.toBase64(data);
    expect(text).toBe(Buffer.from(data).toString('base64'));
    const back = new Uint8Array(length + 5);
    expect(bytes.fromBase64(text, back)).toBe(length);
    expect(back.subarray(0, length)).toEqual(data);
    expect(bytes.fromBase64(text, new Uint8Array(Math.floor(length / 2)))).toBe(Math.floor(length / 2));
  });

  it('text', () => {
    const text = '\ufeffné 한글 😀';
    const encoded = new TextEncoder().encode(text);
    expect(bytes.utf8(encoded)).toBe(text);
    expect(bytes.latin1(Uint8Array.from({ length: 256 }, (_, i) => i))).toBe(
      String.fromCharCode(...Array.from({ length: 256 }, (_, i) => i)),
    );
    expect([encoded, randomBytes(99), encoded.subarray(0, -1)].map(bytes.isUtf8)).toEqual([
      true,
      false,
      false,
    ]);
  });
});
