import { Turns } from '../turns.ts';

const turns = new Turns();

/** Gives the event loop a turn when it has had none for a while, so that signals and news of other threads are heard. */
export const turn = (): Promise<void> => turns.take();

/** Runs work to its end, with turns at its pauses. */
export const finish = <T>(work: Generator<unknown, T, void>): Promise<T> => turns.finish(work);
