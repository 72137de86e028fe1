import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Config, Training } from '../config/index.ts';
import { inheritConfig, type Plan, planTraining, resumeConfig, type Start } from '../train/index.ts';
import { runName } from './run-name.ts';
import { checkParts, checkTexts, readTexts } from './training-texts.ts';

/** A run as it would be, and what it would be called. */
export interface PlannedRun {
  plan: Plan;
  name: string;
}

/** Reads the texts and decides what is trained on and how, as the command line and the start ask for it. */
export async function planRun(patterns: string[], training: Training, start: Start): Promise<PlannedRun> {
  const config = configOf(training, start);
  const texts = await readTexts(patterns, training.run.validation, config, start);
  checkTexts(texts, start);
  const plan = planTraining(config, texts.corpus, texts.validation, training.suggested);
  checkParts(start, plan);
  return { plan, name: await nameOf(patterns[0]!, texts.sources[0]!) };
}

/** The configuration that is asked for, as the start allows it. */
export function configOf(training: Training, start: Start): Config {
  if (start.kind === 'fresh') return training.config;
  const { checkpoint } = start;
  return start.kind === 'resume' ? resumeConfig(checkpoint, training) : inheritConfig(checkpoint, training);
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
