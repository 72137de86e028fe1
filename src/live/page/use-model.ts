import { useEffect, useRef, useState } from 'preact/hooks';
import type { LoadedModel } from '../../library/model.ts';
import { stepNameOf } from '../names.ts';
import type { Snapshot } from '../protocol.ts';
import type { PanelProps } from './panel.ts';

export interface Shown {
  model: LoadedModel;
  snapshot: Snapshot;
}

/** The model of the chosen snapshot; the one before stays until it is there. */
export function useModel({ run, snapshot, load }: PanelProps): {
  shown: Shown | null;
  isLoading: boolean;
  trouble: string | null;
} {
  const [shown, setShown] = useState<Shown | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const wanted = snapshot && `${run.id}/${snapshot.kind}/${snapshot.step}`;
  const latest = useRef(wanted);
  latest.current = wanted;
  const [arrived, setArrived] = useState<string | null>(null);
  useEffect(() => {
    if (!snapshot) return;
    const isStale = () => latest.current !== wanted;
    load(stepNameOf(snapshot)).then(
      (model) => {
        if (isStale()) return;
        setShown({ model, snapshot });
        setTrouble(null);
        setArrived(wanted);
      },
      (error: unknown) => {
        if (isStale()) return;
        setTrouble(error instanceof Error ? error.message : String(error));
        setArrived(wanted);
      },
    );
  }, [wanted]);
  const isOfRun = arrived?.startsWith(`${run.id}/`) ?? false;
  return { shown: isOfRun ? shown : null, isLoading: wanted !== arrived, trouble };
}
