import { describe, expect, it } from 'vitest';
import type { FlowRow } from '../../src/checkpoint/index.ts';
import { type Inspection, inspectGradients, takePictures } from '../../src/inspect/index.ts';
import { formatFlow, formatInspection, inspectionPage } from '../../src/report/index.ts';
import { nextUpdate } from '../../src/train/index.ts';
import { eventsOf, lastCheckpoint, trainerOf } from '../support/training.ts';

const plain = (text: string) => text;
const color = { bold: plain, dim: plain, cyan: plain, yellow: plain, shade: plain };
const linesOf = (inspection: Inspection): string[] =>
  formatInspection({ name: 'm.json', inspection }, { width: 80, ascii: false, color }).split('\n');
const line = (inspection: Inspection, label: string) =>
  linesOf(inspection).find((text) => text.startsWith(`  ${label}`))!;

const inspected = (settings: Parameters<typeof trainerOf>[0]) => {
  const checkpoint = lastCheckpoint(eventsOf(trainerOf({ steps: 30, hidden: 9, ...settings })));
  const { excerpt } = checkpoint;
  const inspection = inspectGradients(checkpoint, excerpt, 'text', {
    anchors: 8,
    check: true,
    rngSeed: 1,
    nextUpdate,
  });
  return { inspection, pictures: takePictures(checkpoint, excerpt) };
};

describe('an inspection in a terminal', () => {
  const relu = inspected({ nonlinearity: 'relu' });
  const lstm = inspected({ cell: 'lstm' });
  const gru = inspected({ cell: 'gru', schedule: 'linear', learningRate: 0.02 });

  it('ReLUs: shares that are on, lost directions, the rank, bins up to the largest state', () => {
    const { inspection } = relu;
    const { meanDerivative, stuckUnits, deadUnits, histogramTop } = inspection.saturation;
    expect(line(inspection, 'states')).toBe(
      `  states            ReLUs on in ${(100 * meanDerivative).toFixed(1)} %, ${stuckUnits} units in less than 5 %, ${deadUnits} never`,
    );
    const { rank, logs } = inspection.layers[0]!.singularValues.at(-1)!;
    expect(rank).toBeLessThan(9);
    expect(line(inspection, 'products of J')).toContain(
      `condition number ∞ (rank ${rank} of ${logs.length})`,
    );
    expect(linesOf(inspection)).toContain('      λ9       -∞ ███████████████│');
    const edge = (histogramTop / 10).toFixed(1);
    expect(linesOf(inspection).some((text) => text.trimStart().startsWith(`0.0-${edge} `))).toBe(true);
    expect(linesOf(inspection).join('\n')).not.toMatch(/SATURATED|tanh|1-h²|Infinity|NaN/);
  });

  it('gated cells: the slope of the tanh that makes their state', () => {
    expect(line(lstm.inspection, 'states')).toMatch(
      /mean slope 1-tanh²\(c\) 0\.\d{3}, \|tanh\(c\)\| > 0\.99 in \d+\.\d %, \|h\| > 0\.99 in /,
    );
    expect(line(gru.inspection, 'states')).toMatch(/mean slope 1-n² 0\.\d{3}, \|n\| > 0\.99 in /);
  });

  it('the next update names its number and rate', () => {
    // 30 of 30 steps are made: the rate of the last
    expect(linesOf(gru.inspection)).toContain(
      `  what update 31 would do, with its learning rate of ${Number((0.02 / 30).toPrecision(3))}, as shares of each tensor's norm`,
    );
  });

  it('the horizon with its interval, or why there is none', () => {
    const row = (characters: number, extraNats: number, half: number | null) => ({
      characters,
      extraNats,
      low: half === null ? null : extraNats - half,
      high: half === null ? null : extraNats + half,
    });
    const of = (reach: Partial<Inspection>) =>
      line({ ...gru.inspection, horizonPlaces: 1234, noHorizon: null, ...reach }, 'context in use').slice(20);
    expect(
      of({ contextHorizon: 20, horizon: [row(1, 0.5, 0.1), row(5, 0.02, 0.004), row(20, -0.001, 0.002)] }),
    ).toBe(
      'less than 0.01 nats are lost from 20 characters on (nats lost with only so much history, 95 %, 1,234 places: 1: +0.500 ± 0.100, 5: +0.020 ± 0.004, 20: -0.001 ± 0.002)',
    );
    const none = { contextHorizon: null, noHorizon: 'cannot tell', horizon: [row(1, 0.5, null)] } as const;
    expect(of({ ...none, horizon: [...none.horizon] })).toMatch(
      /^cannot tell from so little text whether 0\.01 nats are lost with 1 characters \(.*: 1: \+0\.500\)$/,
    );
  });

  it('what no float holds is a dash', () => {
    const row = { kept: null, decayPerStep: null, largestLyapunov: null, shareAbove99: 0.5 } as FlowRow;
    expect(formatFlow(row)).toBe('keeps - over a window (x- a step), λ_max -, |h| > 0.99 in 50.0 %');
  });

  it('the page tells states of ReLUs by the largest, of tanh by 1', () => {
    const largestOf = ({ inspection, pictures }: typeof relu) => {
      const page = inspectionPage({ name: 'm.json', inspection, pictures });
      return Number(/"largestState":([\d.]+)/.exec(page)![1]);
    };
    expect(largestOf(relu)).toBe(Math.max(...relu.pictures.states.flat()));
    expect(largestOf(lstm)).toBe(1);
  });
});
