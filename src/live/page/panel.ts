import type { ReadonlySignal } from '@preact/signals';
import type { ComponentType } from 'preact';
import type { LoadedModel } from '../../library/model.ts';
import type { RunRecord, Snapshot } from '../protocol.ts';

/** What a panel is given; all of it is new whenever something has changed. */
export interface PanelProps {
  /** the run that is looked at; its lists grow in place */
  run: RunRecord;
  /** the checkpoint nearest to the chosen step, at or before it where there is one; null before the first */
  snapshot: Snapshot | null;
  /** whether the run is shown as it stands now, with no step chosen */
  newest: boolean;
  /**
   * The model of a snapshot: one is kept in memory while it is asked for again and again.
   * @throws RnnError or TypeError where it cannot be had; `message` is a sentence for people
   */
  load(step: number | 'best' | 'last'): Promise<LoadedModel>;
}

/** A part of the page under a heading of its own, which the frame draws. */
export interface Panel {
  /** its anchor */
  id: string;
  title: ReadonlySignal<string>;
  Content: ComponentType<PanelProps>;
}
