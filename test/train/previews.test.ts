import { describe, expect, it } from 'vitest';
import { type Checkpoint, deserialize, serialize } from '../../src/checkpoint/index.ts';
import { drain } from '../../src/drain.ts';
import { ReferenceKernels } from '../../src/kernels/index.ts';
import { Previewer, type Start } from '../../src/train/index.ts';
import { keptText } from '../../src/train/preview.ts';
import { corpusOf, someText } from '../support/models.ts';
import { eventsOf, lastCheckpoint, trainerOf } from '../support/training.ts';

const file = (checkpoint: Checkpoint): Checkpoint => deserialize(serialize(checkpoint), 'a run');
const resumed = (checkpoint: Checkpoint, settings: { steps?: number }): Start => ({
  kind: 'resume',
  checkpoint: { ...checkpoint, config: { ...checkpoint.config, ...settings } },
});

describe('previews', () => {
  it('are drawn from what was learned by then, told and kept', () => {
    const trainer = trainerOf({ steps: 13, sampleEvery: 5, average: 0.9 });
    const kernels = new ReferenceKernels();
    const texts: string[] = [];
    const expected: string[] = [];
    for (const event of trainer.run()) {
      if (event.event !== 'sample') continue;
      texts.push(event.text);
      const own = new Previewer(kernels, trainer.vocabulary, 1);
      expected.push(drain(own.draw(trainer.learned, event.step)));
    }
    expect(texts).toEqual(expected);
    expect(texts.map((text) => [...text].length)).toEqual([120, 120]);
    const { previews } = file(trainer.snapshot()).state;
    expect(previews).toEqual([
      { step: 5, text: texts[0] },
      { step: 10, text: texts[1] },
    ]);
  });

  it('change no weight', () => {
    const weights = (sampleEvery: number) =>
      lastCheckpoint(eventsOf(trainerOf({ steps: 9, sampleEvery }))).weights;
    expect(weights(1)).toEqual(weights(0));
  });

  it.each([5, 6, 10, 14])('a run that is stopped after step %i and goes on keeps the same', (first) => {
    const direct = lastCheckpoint(eventsOf(trainerOf({ steps: 17, sampleEvery: 5 })));
    const half = file(lastCheckpoint(eventsOf(trainerOf({ steps: first, sampleEvery: 5 }))));
    const whole = lastCheckpoint(
      eventsOf(trainerOf({ steps: 17, sampleEvery: 5 }, resumed(half, { steps: 17 }))),
    );
    expect(serialize(whole)).toBe(serialize(direct));
  });

  it('one that a stop came before is made up for', () => {
    const trainer = trainerOf({ steps: 17, sampleEvery: 5 });
    // the first pause after step 10 is one in its preview: the evaluations are at 4, 8, 12
    const events = [];
    for (const event of trainer.run()) {
      events.push(event);
      if (event.event === 'wait' && trainer.step === 10) trainer.stop();
    }
    const stopped = file(lastCheckpoint(events));
    expect([stopped.state.step, stopped.state.previews.map(({ step }) => step)]).toEqual([10, [5]]);
    const whole = eventsOf(trainerOf({ steps: 17, sampleEvery: 5 }, resumed(stopped, {})));
    expect(whole[1]).toMatchObject({ event: 'sample', step: 10 });
    const direct = lastCheckpoint(eventsOf(trainerOf({ steps: 17, sampleEvery: 5 })));
    expect(serialize(lastCheckpoint(whole))).toBe(serialize(direct));
  });

  it('a hundred are kept, spread over the run', () => {
    const { previews } = lastCheckpoint(
      eventsOf(trainerOf({ steps: 230, sampleEvery: 1, evalEvery: 1000, saveEvery: 1000, hidden: 2 })),
    ).state;
    expect(previews).toHaveLength(100);
    expect([previews[0]!.step, previews[99]!.step]).toEqual([1, 230]);
    const gaps = previews.slice(1).map(({ step }, i) => step - previews[i]!.step);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(4);
  });

  it('of long graphemes as much is kept as there is room for, in whole code points', () => {
    const letter = '\u{1f600}';
    expect(keptText('abc')).toBe('abc');
    expect(keptText(`a${letter.repeat(1200)}`)).toBe(`a${letter.repeat(999)}`);
  });

  it('files without them are read: a run of an older rnn has none', () => {
    const checkpoint = lastCheckpoint(eventsOf(trainerOf({ steps: 3 }, undefined, corpusOf(someText(300)))));
    const { previews, rateChanges, ...state } = checkpoint.state;
    const old = serialize({ ...checkpoint, state: state as Checkpoint['state'] });
    expect(old).not.toContain('previews');
    const read = deserialize(old, 'old').state;
    expect([read.previews, read.rateChanges]).toEqual([[], []]);
  });
});
