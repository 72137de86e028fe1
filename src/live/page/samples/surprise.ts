import type { PortableModel } from '../../../library/api.ts';

/** A character, or a few that the model reads as one, with the bits of its surprise; null where nothing stands before it. */
export interface Piece {
  text: string;
  bits: number | null;
}

/**
 * The surprise of a model at each character of a text; null where the model reads the text otherwise than it is shown.
 * @throws RnnError where the model does not know a character
 */
export async function surprisePieces(model: PortableModel, text: string): Promise<Piece[] | null> {
  const units: Piece[] = [];
  for await (const { character, bits } of model.surprise({ text })) units.push({ text: character, bits });
  const pieces = model.settings.unit === 'byte' ? ofBytes(text, units) : units;
  return pieces.map((piece) => piece.text).join('') === text ? pieces : null;
}

/** The bits of a code point are those of its bytes. */
function ofBytes(text: string, bytes: readonly Piece[]): Piece[] {
  let at = 0;
  return Array.from(text, (character) => {
    const own = bytes.slice(at, at + new TextEncoder().encode(character).length);
    at += own.length;
    const first = own[0]?.bits ?? null;
    return {
      text: character,
      bits: first === null ? null : own.reduce((sum, { bits }) => sum + (bits ?? 0), 0),
    };
  });
}
