import type { Lecture } from '../../inspect/index.ts';
import { backwardScenes } from './backward-scenes.ts';
import { quoted, type Scene } from './blocks.ts';
import { closingScenes } from './closing-scenes.ts';
import { english } from './english.ts';
import { forwardScenes } from './forward-scenes.ts';
import { korean } from './korean.ts';
import { sharingScenes } from './sharing-scenes.ts';
import type { Stage } from './stage.ts';
import type { Texts } from './texts.ts';

export const TEXTS: Record<Texts['language'], Texts> = { en: english, ko: korean };

/** The lecture in one language, scene after scene. */
export function lectureScenes(lecture: Lecture, texts: Texts): Scene[] {
  const names = lecture.vocabulary.map(quoted);
  const stage: Stage = { lecture, texts, names, name: (id) => names[id]! };
  return [forwardScenes, sharingScenes, backwardScenes, closingScenes].flatMap((scenes) => scenes(stage));
}
