import { endsLine, visible } from '../../../report/characters.ts';
import { toByte } from '../../../report/page/diverging.ts';
import { shadeOf } from '../../../report/page/neurons/describe.ts';
import { WORDS } from './words.ts';

interface Props {
  characters: readonly string[];
  /** −1…1 after each of them */
  values: Float32Array;
  place: number;
  go(place: number): void;
}

/** A text in the colours of a unit; pointing at a character, or moving with the arrow keys, chooses it. */
export function ColoredText({ characters, values, place, go }: Props) {
  const move = (event: KeyboardEvent) => {
    const to = { ArrowLeft: place - 1, ArrowRight: place + 1, Home: 0, End: characters.length - 1 }[
      event.key
    ];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    go(Math.max(0, Math.min(characters.length - 1, to)));
  };
  return (
    <div
      class="text colored"
      role="slider"
      tabIndex={0}
      aria-label={WORDS.value.textLabel}
      aria-valuemin={0}
      aria-valuemax={characters.length - 1}
      aria-valuenow={place}
      aria-valuetext={visible(characters[place]!)}
      onKeyDown={move}
      onPointerMove={({ target }) => {
        const t = (target as HTMLElement).dataset.t;
        if (t !== undefined) go(Number(t));
      }}
    >
      {characters.map((character, t) => (
        // by its place: the same character stands in many
        <Cell
          key={t}
          t={t}
          character={character}
          ends={endsLine(character, characters[t + 1])}
          byte={toByte(values[t]!)}
          here={t === place}
        />
      ))}
    </div>
  );
}

interface CellProps {
  t: number;
  character: string;
  ends: boolean;
  byte: number;
  here: boolean;
}

function Cell({ t, character, ends, byte, here }: CellProps) {
  const { className, strength } = shadeOf(byte);
  return (
    <>
      <span data-t={t} class={here ? `${className} here` : className} style={{ '--s': strength }}>
        {visible(character)}
      </span>
      {ends && <br />}
    </>
  );
}
