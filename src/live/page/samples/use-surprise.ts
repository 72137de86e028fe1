import { useEffect, useState } from 'preact/hooks';
import { stepNameOf } from '../../names.ts';
import type { Preview, RunRecord } from '../../protocol.ts';
import { snapshotAt } from '../cursor.ts';
import { loadSnapshot } from '../models.ts';
import { type Piece, surprisePieces } from './surprise.ts';
import { words } from './words.ts';

/** How long the cursor rests on a sample before a model reads it. */
const REST_MS = 150;

/** What is known of the surprise at a sample; `note` says which model it is of, or why it is not known. */
export interface Known {
  pieces: readonly Piece[] | null;
  note: string;
}

type Outcome = { of: string } & ({ pieces: Piece[] | null } | { failure: string });

/** The surprise of the nearest snapshot's model at a sample, once it is computed. */
export function useSurprise(run: RunRecord, { step, text }: Preview): Known {
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const snapshot = snapshotAt(run, step);
  const name = snapshot && `${run.id} ${step} ${snapshot.kind} ${snapshot.step}`;
  useEffect(() => {
    if (!snapshot || !name) return;
    let wanted = true;
    const work = async () => {
      const model = await loadSnapshot(run, stepNameOf(snapshot));
      return surprisePieces(model, text);
    };
    const tell = (found: Outcome) => {
      if (wanted) setOutcome(found);
    };
    const timer = setTimeout(() => {
      work().then(
        (pieces) => tell({ of: name, pieces }),
        (error: Error) => tell({ of: name, failure: error.message }),
      );
    }, REST_MS);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [name, text]);
  const w = words.value;
  if (!snapshot) return { pieces: null, note: w.noModel };
  if (outcome?.of !== name) return { pieces: null, note: w.loading };
  if ('failure' in outcome) return { pieces: null, note: outcome.failure };
  return {
    pieces: outcome.pieces,
    note: outcome.pieces ? w.colored(snapshot.step.toLocaleString('en')) : w.unread,
  };
}
