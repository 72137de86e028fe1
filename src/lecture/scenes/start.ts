import { quotedText, type Scene, text } from '../blocks.ts';
import type { Stage } from './stage.ts';

/** What this is, and for whom. */
export function startScenes({ lecture, texts }: Stage): Scene[] {
  const { title, about, way, numbers } = texts.start;
  const blocks = [about, way, numbers].map(text);
  return [{ id: 'start', title: title(quotedText([lecture.word])), blocks }];
}
