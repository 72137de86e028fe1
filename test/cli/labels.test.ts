import { describe, expect, it } from 'vitest';
import { labelsOf } from '../../src/cli/labels.ts';

describe('labels of models', () => {
  it.each([
    [['checkpoints/tiny.json'], [], ['tiny']],
    [['/a/b/rnn.json', '/a/b/lstm.json'], [], ['rnn', 'lstm']],
    [['/a/rnn/tiny.json', '/a/lstm/tiny.json'], [], ['rnn/tiny', 'lstm/tiny']],
    [['runs/x/tiny.json', 'tiny.json'], [], ['runs/x/tiny', 'tiny']],
    [['a.json', 'a.json'], [], ['a', 'a']],
    [['a/b', 'a/b/c.json'], [], ['b', 'b/c']],
    [['a/rnn.json', 'a/lstm.json'], ['mine'], ['mine', 'lstm']],
    [
      ['a/rnn.json', 'a/lstm.json'],
      ['mine', 'yours'],
      ['mine', 'yours'],
    ],
  ])('%o with the names %o', (paths, given, labels) => {
    expect(labelsOf(paths, given)).toEqual(labels);
  });

  it('more names than models', () => {
    expect(() => labelsOf(['a.json'], ['x', 'y'])).toThrow(
      'label: expected at most 1 name, one a checkpoint, got 2',
    );
  });
});
