import type { Preview } from '../../protocol.ts';
import type { Piece } from './surprise.ts';

/** A stretch of a sample that is drawn alike. */
export interface Stretch {
  text: string;
  /** of the scale of surprise; null without */
  level: number | null;
  copied: boolean;
}

/** Bits at which the levels of surprise begin. */
export const LEVELS = [0, 1, 2, 3, 4, 6, 8] as const;
const levelOf = (bits: number | null): number | null =>
  bits === null ? null : LEVELS.findLastIndex((from) => bits >= from);

/** A sample in stretches; pieces are null where the surprise is not known. */
export function stretches({ text, copied }: Preview, pieces: readonly Piece[] | null): Stretch[] {
  const found: Stretch[] = [];
  let at = 0;
  for (const piece of pieces ?? Array.from(text, (character) => ({ text: character, bits: null }))) {
    const isCopied = copied?.some(([from, to]) => at >= from && at < to) ?? false;
    const level = pieces && levelOf(piece.bits);
    const last = found.at(-1);
    if (last && last.level === level && last.copied === isCopied) last.text += piece.text;
    else found.push({ text: piece.text, level, copied: isCopied });
    at += [...piece.text].length;
  }
  return found;
}

/** How much of a sample is copied, and how long its longest stretch is. */
export function copiedShare({ text, copied }: Preview): { share: number; longest: number } | null {
  if (copied === null) return null;
  const lengths = copied.map(([from, to]) => to - from);
  const total = [...text].length;
  return {
    share: total === 0 ? 0 : lengths.reduce((a, b) => a + b, 0) / total,
    longest: Math.max(0, ...lengths),
  };
}
