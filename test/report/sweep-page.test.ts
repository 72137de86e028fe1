import { describe, expect, it } from 'vitest';
import { sweepPage } from '../../src/report/index.ts';
import { newProgress } from '../../src/sweep/index.ts';
import { DEFINITION, TRIALS } from '../support/sweeps.ts';

const page = sweepPage('rates <b>', DEFINITION, TRIALS);

describe('the page of a sweep', () => {
  it('names the best trial with its command', () => {
    const losses = TRIALS.flatMap(({ best }) => (best ? [best.bpc] : []));
    const best = TRIALS.find((trial) => trial.best?.bpc === Math.min(...losses))!;
    expect(page).toContain(`<h2>The best: ${best.best!.bpc.toFixed(3)} bits per character</h2>`);
    expect(page).toContain(`--learning-rate ${best.settings.learningRate} --rng-seed ${best.seed}</code>`);
    expect(page).toContain('<p>24 of 24 trials ended (4 stopped early, 4 failed).</p>');
  });

  it('draws a line for each trial that measured something, in parallel coordinates and as a curve', () => {
    const measured = TRIALS.filter(({ best }) => best !== null).length;
    expect(measured).toBe(20);
    expect(page.match(/<g data-trial="\d+"><path class="line q\d" d="M60 /g)).toHaveLength(measured);
    expect(page.match(/<g data-trial="\d+">/g)).toHaveLength(3 * measured);
    expect(page.match(/<button type="button" data-trial="\d+"/g)).toHaveLength(24);
    // a fifth each
    for (const q of [0, 1, 2, 3, 4])
      expect(page.match(new RegExp(`<path class="line q${q}" d="M60 `, 'g'))).toHaveLength(4);
  });

  it('escapes what stands in names and errors', () => {
    expect(page).toContain('<h1>Sweep rates &lt;b&gt;</h1>');
    expect(page).toContain('failed: the loss is \\u003cnot> a number');
    expect(page).not.toMatch(/<not>|rates <b>/);
  });

  it('of a sweep that has only begun says so', () => {
    const waiting = TRIALS.map((trial) => ({ ...trial, ...newProgress(300) }));
    const begun = sweepPage('rates', DEFINITION, waiting);
    expect(begun).toContain('<p>0 of 24 trials ended.</p>\n<p>No trial has measured anything yet.</p>');
    expect(begun).not.toContain('<section');
  });
});
