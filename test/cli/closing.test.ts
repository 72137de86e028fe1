import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { corpus, jsonLines, rnn, temporaryFolder } from '../support/cli.ts';
import { someText } from '../support/models.ts';

const SMALL =
  '--hidden 9 --batch-size 4 --seq-length 5 --sample-every 0 --eval-every 20 --backend reference'.split(' ');

/** Trains on a text of a folder of its own, and what it said. */
async function train(flags: string, text = someText(1000)) {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'text.txt'), text);
  const result = await rnn(['train', 'text.txt', ...SMALL, ...flags.split(' ')], { cwd });
  return { ...result, cwd, lines: result.stderr.trimEnd().split('\n') };
}

describe('how a run ends', () => {
  it('--steps beats the default epochs, and the reason of the end is said', async () => {
    // 900 characters in 4 streams are 44 windows of 5 an epoch
    const { lines, stdout } = await train('--steps 1000 --json');
    expect(lines).toContainEqual(
      expect.stringMatching(/^ {2}ended +all 1,000 steps were made \(22 epochs\), in \d+:\d\d$/),
    );
    expect(jsonLines(stdout).at(-1)).toMatchObject({
      event: 'done',
      reason: 'finished',
      step: 1000,
      epoch: 22,
    });
  });

  it('names the best state, the file that holds it, and goes on with that', async () => {
    const { lines, stdout, cwd } = await train(
      '--hidden 40 --steps 400 --schedule constant --learning-rate 0.01 --patience 0 --json',
      readFileSync(corpus('tiny.txt'), 'utf8').slice(0, 1500),
    );
    const done = jsonLines(stdout).at(-1) as { best: { step: number; bpc: number }; validationBpc: number };
    expect(done.best.step).toBeLessThan(400);
    expect(done.validationBpc).toBeGreaterThan(done.best.bpc);
    expect(lines).toContain(
      `  best      step ${done.best.step}: ${done.best.bpc.toFixed(3)} bits per character on the validation text`,
    );
    expect(lines).toContainEqual(
      expect.stringMatching(/^ {2}turned {4}at step \d+: since then validation rose from .* by heart$/),
    );
    expect(lines.at(-1)).toMatch(
      /^saved checkpoints\/text\.json at step 400 \(train .*\), its best state as checkpoints\/text\.best\.json; go on with: rnn sample checkpoints\/text\.best\.json$/,
    );
    const sample = await rnn(['sample', '--len', '3', '--greedy'], { cwd });
    expect(sample.stderr).toBe(`from checkpoints/text.best.json (step ${done.best.step})\n`);
  });

  it('what is worse than a uniform guess is not recommended', async () => {
    const { code, lines } = await train('--steps 40 --optimizer sgd --learning-rate 3000 --clip-norm 0');
    expect(code).toBe(0);
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^ {2}compared {2}worse than uniform \d\.\d\d, where all characters are equally likely: nothing was learned;/,
      ),
    );
    expect(lines.at(-1)).toMatch(
      /^saved checkpoints\/text\.json at step 40 \(train \S+, validation \S+ bpc\)$/,
    );
  });

  it('the losses are drawn, and again by info', async () => {
    const { lines, cwd } = await train('--steps 100');
    const head = '  bits per character over the run: · training   ● validation';
    expect(lines).toContain(head);
    const { stdout } = await rnn(['info', 'checkpoints/text.json'], { cwd });
    expect(stdout).toContain(`${head}\n`);
    expect(stdout).toMatch(/\n +20 +100\n/);
  });
});
