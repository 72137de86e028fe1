import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Training } from '../config/index.ts';
import { configFor, type Plan, planFrom, type Start } from '../train/index.ts';
import { runName } from './run-name.ts';
import { readTexts } from './training-texts.ts';

/** A run as it would be, and what it would be called. */
export interface PlannedRun {
  plan: Plan;
  name: string;
}

/** Reads the texts and decides what is trained on and how, as the command line and the start ask for it. */
export async function planRun(patterns: string[], training: Training, start: Start): Promise<PlannedRun> {
  const config = configFor(training, start);
  const texts = await readTexts(patterns, training.run.validation, config, start);
  const plan = planFrom(config, texts, start, training.suggested);
  return { plan, name: await nameOf(patterns[0]!, texts.sources[0]!) };
}

/** A run is called after what was named first: a folder, or the first file. */
export async function nameOf(pattern: string, source: string): Promise<string> {
  const folder = await stat(pattern).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  return folder && pattern !== '-'
    ? runName(path.resolve(pattern), true, path)
    : runName(source, false, path);
}
