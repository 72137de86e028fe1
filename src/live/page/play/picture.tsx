import { useMemo } from 'preact/hooks';
import { architectureOf, type Checkpoint } from '../../../checkpoint/index.ts';
import { digits, percentage } from '../../../report/numbers.ts';
import { spoken } from '../characters.ts';
import { Strip } from '../strip.tsx';
import type { Standing } from './prefix-reader.ts';
import { type StateChange, stateChanges } from './state.ts';
import { WORDS } from './words.ts';

interface Props {
  checkpoint: Checkpoint;
  standing: Standing;
  /** what the model gave the last character before it was read; null of the first */
  given: number | null;
}

/** What the last step did: a character's one-hot vector, and the state before and after it. */
export function Picture({ checkpoint, standing, given }: Props) {
  const { picture } = WORDS.value;
  const { cell, vocabularySize, embedding = 0 } = architectureOf(checkpoint);
  const id = standing.ids.at(-1)!;
  const character = spoken(checkpoint.vocabulary.unitAt(id));
  const oneHot = useMemo(
    () => [Float32Array.from({ length: vocabularySize }, (_, v) => Number(v === id))],
    [id, vocabularySize],
  );
  const changes = useMemo(() => stateChanges(checkpoint, standing.before, standing.after), [standing]);
  const input = picture.oneHot(character, id + 1, vocabularySize);
  return (
    <section class="picture" aria-label={picture.title}>
      <h3>{picture.title}</h3>
      <p class="quiet">{given === null ? picture.first : picture.given(character, percentage(given))}</p>
      <p class="row-name">{input}</p>
      <Strip rows={oneHot} label={input} />
      {embedding > 0 && <p class="quiet">{picture.embedding(embedding)}</p>}
      <p class="formula">{picture.formula[cell]}</p>
      {changes.map((change) => (
        <Change key={`${change.layer}${change.part}`} change={change} />
      ))}
      <p class="quiet">{picture.colours}</p>
    </section>
  );
}

function Change({ change }: { change: StateChange }) {
  const { picture } = WORDS.value;
  const { layer, part, before, after, largest, most } = change;
  const rows = useMemo(
    () => [before, after].map((values) => [values.map((value) => value / largest)]),
    [before, after],
  );
  const name = `${picture.layer(layer)}, ${picture.state(part === 'c' ? 'tanh(c)' : part, after.length)}`;
  return (
    <div class="change">
      <p class="row-name">{name}</p>
      {[picture.before, picture.after].map((when, i) => (
        <div key={when} class="labelled">
          <span>{when}</span>
          <Strip rows={rows[i]!} label={`${name}, ${when}`} />
        </div>
      ))}
      <p class="quiet">{picture.change(most, digits(before[most]), digits(after[most]))}</p>
    </div>
  );
}
