import type { SweepDefinition } from '../../../config/index.ts';
import type { TrialRecord } from '../../../sweep/index.ts';
import { htmlPage } from '../document.ts';

export function sweepPage(title: string, _d: SweepDefinition, _t: readonly TrialRecord[]): string {
  return htmlPage({ title, language: 'en', body: '' });
}
