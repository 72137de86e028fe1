import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deserialize, serialize } from '../../src/checkpoint/index.ts';
import { ROOT } from '../support/cli.ts';
import { eventsOf, lastCheckpoint, trainerOf } from '../support/training.ts';

const text = serialize(lastCheckpoint(eventsOf(trainerOf({ steps: 9, hidden: 5 }))));
const HEAD = '{"format": "rnn-checkpoint", "version": 2, ';

/** The checkpoint with `entries` in front of those of a list. */
const inList = (key: string, entries: string): string =>
  text.replace(new RegExp(`"${key}": \\[(?=\\s)`), (found) => `${found}${entries}`);
const times = (count: number, unit: string): string => unit.repeat(count);
const row = '{"step":1,"trainBpc":1,"validationBpc":1,"gradientNorm":1,"clipRate":0,"shrink":null},';
const NOT_JSON =
  'expected a checkpoint written by rnn train, got text that is not JSON (cut off or damaged?)';

const HOSTILE: [string, () => string, string][] = [
  ['depth', () => `${HEAD}"x": ${times(3e6, '[')}`, 'damaged checkpoint: nested deeper than 8 levels'],
  ['objects in objects', () => HEAD + times(6e5, '"a":{'), 'damaged checkpoint: nested deeper than 8 levels'],
  ['ids', () => inList('excerpt', times(1e6, '-1,')), 'damaged checkpoint: excerpt: more than 2048 entries'],
  [
    'characters',
    () => inList('vocabulary', times(1_114_112, '"a",')),
    'damaged checkpoint: vocabulary: more than 1114112 entries',
  ],
  [
    'characters without weights',
    () => inList('vocabulary', times(1e6, '"a",')),
    'damaged checkpoint: vocabulary: more characters than its tensors have room for',
  ],
  [
    'rows',
    () => inList('history', times(2e4, row)),
    'damaged checkpoint: state.history: more than 20000 entries',
  ],
  [
    'wrong rows',
    () => inList('history', times(19_990, '{"step":-1},')),
    'damaged checkpoint: state.history.0.step: Too small: expected number to be >=0',
  ],
  [
    'looks',
    () => inList('flow', times(3e5, '{},')).replace('"flow": []', `"flow": [${times(3e5, '{},')}{}]`),
    'damaged checkpoint: state.flow: more than 20000 entries',
  ],
  [
    'parameters',
    () => inList('parameters', times(1e6, '1,')),
    'damaged checkpoint: parameters: more than 300 entries',
  ],
  [
    'dimensions',
    () => inList('shape', times(1e6, '1,')),
    'damaged checkpoint: parameters.*.shape: more than 3 entries',
  ],
  [
    'moments',
    () => inList('moments', times(5e5, '"AA",')),
    'damaged checkpoint: moments: more than 3 entries',
  ],
  [
    'a list where none may be',
    () => `${HEAD}"config": {"hidden": [1,2,3]}}`,
    'damaged checkpoint: config.hidden: more than 0 entries',
  ],
  [
    'keys',
    () => `${HEAD}${Array.from({ length: 3e5 }, (_, i) => `"${i}":1`).join()}}`,
    'damaged checkpoint: more than 100 entries',
  ],
  [
    'a long key',
    () => `${HEAD}"${times(3e6, 'k')}":1}`,
    'damaged checkpoint: a text of more than 1200 bytes',
  ],
  [
    'a long text',
    () => `${HEAD}"numerics":"${times(3e6, 'x')}"}`,
    'damaged checkpoint: numerics: a text of more than 24576 bytes',
  ],
  [
    'escapes',
    () => `${HEAD}"numerics":"${times(3e6, '\\"')}"}`,
    'damaged checkpoint: numerics: a text of more than 24576 bytes',
  ],
  ['quotes', () => `${HEAD}${times(3e6, '"')}}`, NOT_JSON],
  ['tensors without commas', () => `${HEAD}"moments":[${times(2e6, '""')}]}`, NOT_JSON],
  ['lists without commas', () => `${HEAD}"moments":[${times(1e6, '[]')}]}`, NOT_JSON],
  ['numbers without commas', () => inList('excerpt', times(1e6, '1 ')), NOT_JSON],
  ['ends without beginnings', () => `${HEAD}"x":1${times(1e6, '}')}`, NOT_JSON],
  ['no quote at the end', () => `${HEAD}"carried":"${times(3e6, 'A')}`, NOT_JSON],
  [
    'blanks',
    () => `${HEAD}${times(7e7, ' ')}"x":1}`,
    'damaged checkpoint: more than 67108864 bytes beside its tensors',
  ],
  [
    'not a checkpoint',
    () => times(3e6, '['),
    'expected a checkpoint ("format": "rnn-checkpoint"), got something else',
  ],
];

describe('files made to take memory and time', () => {
  it.each(HOSTILE)('%s', (_, hostile, message) => {
    expect(() => deserialize(hostile(), 'a.json')).toThrow(`a.json: ${message}`);
  });

  it('are refused in memory of the order of their size', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rnn-bounds-'));
    const program = `
      import { readCheckpoint } from ${JSON.stringify(join(ROOT, 'dist/lib/core.js'))};
      await readCheckpoint(process.argv[1]).catch(({ name }) => console.log(name, process.resourceUsage().maxRSS));`;
    const peak = (content: string) => {
      const path = join(folder, 'x.json');
      writeFileSync(path, content);
      const args = ['--input-type=module', '-e', program, path];
      const [name, kilobytes] = spawnSync(process.execPath, args, { encoding: 'utf8' }).stdout.split(' ');
      expect(name).toBe('RnnError');
      return Number(kilobytes) * 1024;
    };
    const nothing = peak('{}');
    for (const name of ['depth', 'ids', 'wrong rows', 'rows', 'keys', 'tensors without commas']) {
      const hostile = HOSTILE.find(([other]) => other === name)![1]();
      expect(peak(hostile) - nothing, name).toBeLessThan(64e6 + 8 * hostile.length);
    }
  });
});
