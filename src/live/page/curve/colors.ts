import type { RunRecord } from '../../protocol.ts';
import { runs, shown } from '../runs.ts';

const COLORS = ['--accent', '--warm', '--good', '--violet', '--teal', '--bad'];

/** A run keeps its colour while others come and go. */
export const colorOf = (run: RunRecord): string =>
  COLORS[runs.value.findIndex(({ id }) => id === run.id) % COLORS.length]!;

/** Where one run is drawn alone its two losses have a colour each, else each run has one. */
export const validationColorOf = (run: RunRecord): string =>
  shown.value.length > 1 ? colorOf(run) : '--warm';
export const trainingColorOf = (run: RunRecord): string =>
  shown.value.length > 1 ? colorOf(run) : '--accent';
