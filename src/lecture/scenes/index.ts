import { type Chapter, quoted, type Scene } from '../blocks.ts';
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
import { startScenes } from './start.ts';
import { trainingScenes } from './training.ts';

export const TEXTS: Record<Texts['language'], Texts> = { en: english, ko: korean };

/** The lecture in one language, chapter after chapter. */
export function lectureChapters(lecture: Lecture, texts: Texts): Chapter[] {
  const names = lecture.vocabulary.map(quoted);
  const stage: Stage = { lecture, texts, names, name: (id) => names[id]! };
  const { start, forward, sharing, backward, training, gated, closing } = texts.chapters;
  const chapter = (title: string, scenes: (stage: Stage) => Scene[]): Chapter => ({
    title,
    scenes: scenes(stage),
  });
  return [
    chapter(start, startScenes),
    chapter(forward, forwardScenes),
    chapter(sharing, sharingScenes),
    chapter(backward, backwardScenes),
    chapter(training, trainingScenes),
    chapter(gated, gatedScenes),
    chapter(closing, closingScenes),
  ];
}

/** The same, scene after scene. */
export const lectureScenes = (lecture: Lecture, texts: Texts): Scene[] =>
  lectureChapters(lecture, texts).flatMap(({ scenes }) => scenes);
