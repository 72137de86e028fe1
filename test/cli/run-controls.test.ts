import { describe, expect, it } from 'vitest';
import { RunControls } from '../../src/cli/run-controls.ts';
import { RnnError } from '../../src/errors.ts';

/** A run that makes steps as long as it is let, and notes what it does. */
function runOf(save: () => Promise<void> = async () => {}) {
  const noted: string[] = [];
  const note = (what: string) => void noted.push(`${what} ${run.step}`);
  const run = {
    step: 0,
    sample: async () => note('sample'),
    save: async () => {
      note('save');
      await save();
    },
    halveRate: async () => {
      note('halve');
      return run.step;
    },
    quit: () => {
      note('quit');
      controls.release();
    },
    paused: async (again: boolean) => note(again ? 'paused again' : 'paused'),
    goesOn: async () => note('goes on'),
  };
  const controls = new RunControls(run);
  /** Makes steps; each ends where a user's wishes are looked at. */
  const make = async (steps: number) => {
    for (let made = 0; made < steps; made++) {
      run.step++;
      await controls.answer();
    }
  };
  return { run, controls, noted, make };
}

describe('the controls of a run', () => {
  it('a pause lasts until it is lifted, from the page or by the key, whichever began it', async () => {
    const { controls, noted, make } = runOf();
    const paused = controls.control('pause');
    const made = make(2);
    expect(await paused).toBe(1);
    controls.togglePause();
    await made;
    expect(noted).toEqual(['paused 1', 'goes on 1']);
    controls.togglePause();
    const more = make(1);
    expect(await controls.control('resume')).toBe(3);
    await more;
    expect(noted.slice(2)).toEqual(['paused 3', 'goes on 3']);
  });

  it('single steps of a pause: each is answered when it was made', async () => {
    const { controls, noted, make } = runOf();
    const paused = controls.control('pause');
    const made = make(4);
    await paused;
    expect(await controls.control('step')).toBe(2);
    expect(await controls.control('step')).toBe(3);
    expect(await controls.control('pause')).toBe(3);
    expect(await controls.control('resume')).toBe(3);
    await made;
    expect(noted).toEqual([
      'paused 1',
      'goes on 1',
      'paused again 2',
      'goes on 2',
      'paused again 3',
      'goes on 3',
    ]);
  });

  it('a step that is asked of a run that goes on pauses it after that step', async () => {
    const { controls, noted, make } = runOf();
    const stepped = controls.control('step');
    const made = make(2);
    expect(await stepped).toBe(1);
    await controls.control('resume');
    await made;
    expect(noted).toEqual(['paused again 1', 'goes on 1']);
  });

  it('saves, samples and changes of the rate are done in a pause too; a failure is the answer', async () => {
    const { controls, noted, make } = runOf(async () => {
      throw new RnnError('checkpoint', 'the disk is full');
    });
    const paused = controls.control('pause');
    const made = make(1);
    await paused;
    await expect(controls.control('save')).rejects.toThrow('the disk is full');
    expect(await controls.control('halve-rate')).toBe(1);
    controls.sample();
    await controls.control('resume');
    await made;
    expect(noted).toEqual(['paused 1', 'save 1', 'halve 1', 'sample 1', 'goes on 1']);
  });

  it('to stop ends a pause; what is asked for after the end is refused', async () => {
    const { controls, noted, make } = runOf();
    const paused = controls.control('pause');
    const made = make(1);
    await paused;
    expect(await controls.control('stop')).toBe(1);
    await made;
    const late = controls.control('save');
    controls.end();
    await expect(late).rejects.toThrow('the run has ended');
    await expect(controls.control('pause')).rejects.toThrow('the run has ended');
    expect(noted).toEqual(['paused 1', 'quit 1', 'goes on 1']);
  });
});
