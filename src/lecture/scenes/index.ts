import { quoted, type Scene } from '../blocks.ts';
import type { Lecture } from '../lecture.ts';
import { english } from '../texts/english.ts';
import { korean } from '../texts/korean.ts';
import type { Texts } from '../texts/texts.ts';
import { backwardScenes } from './backward.ts';
import { closingScenes } from './closing.ts';
import { forwardScenes } from './forward.ts';
import { gatedScenes } from './gated.ts';
import { sharingScenes } from './sharing.ts';
import type { Stage } from './stage.ts';
import { trainingScenes } from './training.ts';

export const TEXTS: Record<Texts['language'], Texts> = { en: english, ko: korean };

/** The lecture in one language, scene after scene. */
export function lectureScenes(lecture: Lecture, texts: Texts): Scene[] {
  const names = lecture.vocabulary.map(quoted);
  const stage: Stage = { lecture, texts, names, name: (id) => names[id]! };
  const chapters = [forwardScenes, sharingScenes, backwardScenes, trainingScenes, gatedScenes, closingScenes];
  return chapters.flatMap((scenes) => scenes(stage));
}
