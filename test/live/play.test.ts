import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { unescapeText } from '../../src/cli/seed.ts';
import { Vocabulary } from '../../src/corpus/index.ts';
import { load } from '../../src/index.ts';
import { LoadedModel } from '../../src/library/model.ts';
import { barsOf } from '../../src/live/page/play/bars.ts';
import { chosenOf, feed, idsOf, takeBack, unknownOf } from '../../src/live/page/play/prefix.ts';
import { PrefixReader, type Standing } from '../../src/live/page/play/prefix-reader.ts';
import {
  changeOf,
  commandOf,
  PLAIN,
  SETTINGS,
  settingsOf,
  within,
} from '../../src/live/page/play/settings.ts';
import { stateChanges } from '../../src/live/page/play/state.ts';
import { ROOT } from '../support/cli.ts';

const LETTERS = new Vocabulary('codepoint', ['\n', ' ', 'a', 'b', 'é', '한']);
const BYTES = new Vocabulary('byte', [0x0a, 0x61, 0x62, 0xc3, 0xa9]);

describe('what was typed and chosen', () => {
  it('an empty seed is the beginning of a line', () => {
    expect(idsOf(LETTERS, { seed: '', chosen: [] })).toEqual([0]);
    expect(idsOf(LETTERS, { seed: 'ab한', chosen: [4] })).toEqual([2, 3, 5, 4]);
  });

  it('a chosen character becomes part of the text', () => {
    expect(feed(LETTERS, { seed: 'a', chosen: [] }, 5)).toEqual({ seed: 'a한', chosen: [] });
    // after characters that the model skips, too
    expect(feed(LETTERS, { seed: 'aQ', chosen: [] }, 3)).toEqual({ seed: 'aQb', chosen: [] });
  });

  it('bytes wait until they make a character', () => {
    const first = feed(BYTES, { seed: 'a', chosen: [] }, 3);
    expect(first).toEqual({ seed: 'a', chosen: [3] });
    expect(idsOf(BYTES, first)).toEqual([1, 3]);
    expect(feed(BYTES, first, 4)).toEqual({ seed: 'aé', chosen: [] });
    expect(feed(BYTES, first, 2)).toEqual({ seed: 'a', chosen: [3, 2] });
    expect(takeBack(BYTES, { seed: 'a', chosen: [3, 2] })).toEqual({ seed: 'a', chosen: [3] });
    expect(takeBack(BYTES, { seed: 'aé', chosen: [] })).toEqual({ seed: 'a', chosen: [] });
  });

  it('taking back removes the last character, known or not', () => {
    expect(takeBack(LETTERS, { seed: 'ab한', chosen: [] })).toEqual({ seed: 'ab', chosen: [] });
    expect(takeBack(LETTERS, { seed: 'abQ', chosen: [] })).toEqual({ seed: 'ab', chosen: [] });
    expect(takeBack(LETTERS, { seed: '', chosen: [] })).toEqual({ seed: '', chosen: [] });
  });

  it('an address cannot name units that are not there', () => {
    expect(chosenOf('3,99,-1,x,4', BYTES)).toEqual([3, 4]);
    expect(chosenOf(undefined, BYTES)).toEqual([]);
    expect(chosenOf('1,'.repeat(500), BYTES)).toHaveLength(100);
  });

  it('unknown characters are named once, with what is most like them', () => {
    expect(unknownOf(LETTERS, 'aBBQ')).toEqual([
      { character: 'B', nearest: ['b'] },
      { character: 'Q', nearest: [] },
    ]);
    expect(unknownOf(BYTES, 'Z')).toEqual([{ character: '0x5a', nearest: [] }]);
  });
});

it('bars keep the order of the model; the rest is summed', () => {
  const plain = Float64Array.of(0.1, 0.4, 0.1, 0.3, 0.1);
  const shaped = Float64Array.of(0, 0.3, 0, 0.7, 0);
  const { top, others } = barsOf(shaped, plain, 3);
  expect(top).toEqual([
    { id: 1, probability: 0.3, plain: 0.4 },
    { id: 3, probability: 0.7, plain: 0.3 },
    { id: 0, probability: 0, plain: 0.1 },
  ]);
  expect(others).toEqual({ count: 2, probability: 0, plain: 0.2 });
});

describe('settings of an address', () => {
  it('stand there only where they differ', () => {
    const settings = settingsOf({ temperature: '0.7', k: '5', greedy: '1', seed: 'x' });
    expect(settings).toEqual({
      ...PLAIN,
      temperature: 0.7,
      topK: 5,
      greedy: true,
      len: 200,
      rngSeed: 1,
    });
    expect(changeOf('temperature', 0.7)).toEqual({ temperature: '0.7' });
    expect(changeOf('temperature', 1)).toEqual({ temperature: undefined });
  });

  it.each([
    ['temperature', '0', 0.01],
    ['temperature', 'x', undefined],
    ['temperature', '', undefined],
    ['topK', '2.6', 3],
    ['topP', '7', 1],
    ['minP', '-1', 0],
    ['len', '1e9', 10_000],
    ['rngSeed', '123456789012', 123456789012],
  ] as const)('%s %s', (key, text, value) => {
    expect(within(SETTINGS[key], text)).toBe(value);
  });

  it('as a command', () => {
    const settings = settingsOf({ temperature: '0.7', p: '0.9', minp: '0.05', penalty: '1.5', rng: '4' });
    expect(commandOf('runs/a.json', 'THE ', settings, false)).toBe(
      "rnn sample runs/a.json --seed='THE ' --temperature 0.7 --top-p 0.9 --min-p 0.05 --repetition-penalty 1.5 --len 200 --rng-seed 4",
    );
    expect(commandOf('my run.json', '', settingsOf({ greedy: '1', temperature: '3' }), true)).toBe(
      "rnn sample 'my run.json' --unknown skip --greedy --len 200",
    );
  });

  it.each(["it's\n\t\r", '\\n', '@file', '-', '$HOME `x` "y"', '-v'])('a shell reads the seed %j', (seed) => {
    const [, quoted] = /--seed=(?:'((?:[^']|'\\'')*)'|\S+) --len/.exec(
      commandOf('a.json', seed, settingsOf({}), false),
    )!;
    const read = quoted!.replaceAll("'\\''", "'");
    expect(read).not.toMatch(/^-$|^@[^@]/);
    expect(unescapeText(read.replace(/^@@/, '@'))).toBe(seed);
  });
});

describe.each(['rnn', 'lstm', 'gru'])('reading, %s', (cell) => {
  const file = join(ROOT, `checkpoints/example-${cell}.json`);
  const settings = { ...PLAIN, temperature: 0.8, topK: 9, repetitionPenalty: 1.5, len: 120 };
  let model: LoadedModel;
  const { signal } = new AbortController();
  const idsOfText = (text: string): number[] => Array.from(model.checkpoint.vocabulary.encode(text).ids);
  const isSame = (a: Standing, b: Standing): void => {
    expect(a.after.models[0]!.logits).toEqual(b.after.models[0]!.logits);
    expect(a.after.models[0]!.carried).toEqual(b.after.models[0]!.carried);
    expect(a.before?.models[0]?.carried).toEqual(b.before?.models[0]?.carried);
  };
  beforeAll(async () => {
    const { checkpoint } = (await load(readFileSync(file))) as unknown as LoadedModel;
    model = new LoadedModel(checkpoint, { backend: 'auto', threads: 1 });
  });

  it('what stays the same is not read again, and comes to the same', async () => {
    const reader = new PrefixReader(model);
    for (const text of ['THE KEEP', 'THE KEEPER', 'THE L', 'THE L', 'a', 'THE']) {
      const ids = idsOfText(text);
      isSame(await reader.read(ids, signal), await new PrefixReader(model).read(ids, signal));
    }
  });

  it('a reading that was aborted leaves nothing wrong behind', async () => {
    const reader = new PrefixReader(model);
    const abort = new AbortController();
    const first = reader.read(idsOfText('THE LIGHT'.repeat(40)), abort.signal);
    abort.abort(new Error('stale'));
    const second = reader.read(idsOfText('THE SEA'), signal);
    await expect(first).rejects.toThrow('stale');
    isSame(await second, await new PrefixReader(model).read(idsOfText('THE SEA'), signal));
  });

  it('writes what the library writes, whatever is read meanwhile', async () => {
    const reader = new PrefixReader(model);
    const { after } = await reader.read(idsOfText('THE '), signal);
    let written: readonly number[] = [];
    for await (const ids of reader.write(after, settings, 7, signal)) {
      written = ids;
      await reader.read(idsOfText('THE S'), signal);
    }
    const { len, greedy, ...options } = settings;
    const expected = await model.sample({ ...options, seed: 'THE ', length: len, rngSeed: 7 }).text();
    expect(`THE ${model.checkpoint.vocabulary.decode(written)}`).toBe(expected);
    expect(greedy).toBe(false);
  });

  it('settings bend the distribution without the network; greedy leaves one', async () => {
    const reader = new PrefixReader(model);
    const { after } = await reader.read(idsOfText('THE K'), signal);
    const expected = model.session('THE K').next({ temperature: 0.5, topP: 0.9 });
    const p = reader.distribution(after, { ...PLAIN, temperature: 0.5, topP: 0.9 });
    const { vocabulary } = model.checkpoint;
    for (const { character, probability } of expected)
      expect(p[vocabulary.idOf(character)!]).toBe(probability);
    const greedy = reader.distribution(after, { ...PLAIN, greedy: true });
    expect(greedy.reduce((a, b) => a + b, 0)).toBe(1);
    expect(greedy[vocabulary.idOf(expected[0]!.character)!]).toBe(1);
  });

  it('the state before and after the last character, vector by vector', async () => {
    const reader = new PrefixReader(model);
    const one = await reader.read(idsOfText('TH'), signal);
    const two = await reader.read(idsOfText('THE'), signal);
    const { hidden, layers } = model.checkpoint.config;
    const changes = stateChanges(model.checkpoint, two.before, two.after);
    const parts = cell === 'lstm' ? ['h', 'c'] : ['h'];
    expect(changes.map(({ layer, part }) => `${layer}${part}`)).toEqual(
      Array.from({ length: layers }, (_, l) => parts.map((part) => `${l}${part}`)).flat(),
    );
    changes.forEach(({ part, before, after, most, largest }, i) => {
      const own = (standing: Standing) =>
        standing.after.models[0]!.carried.subarray(i * hidden, (i + 1) * hidden).map((value) =>
          part === 'c' ? Math.tanh(value) : value,
        );
      expect(before).toEqual(own(one));
      expect(after).toEqual(own(two));
      expect(largest).toBe(1);
      const moved = after.map((value, j) => Math.abs(value - before[j]!));
      expect(moved[most]).toBe(Math.max(...moved));
    });
    const start = stateChanges(model.checkpoint, null, one.after);
    expect(start[0]!.before).toEqual(new Float32Array(hidden));
  });
});
