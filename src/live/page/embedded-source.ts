import type { Embedded } from '../protocol.ts';
import type { Source } from './source.ts';

/** The runs and models that an exported page carries. */
export const embeddedSource = ({ runs, models }: Embedded): Source => ({
  follow(listener) {
    listener.connection('file');
    listener.runs(runs);
  },
  async model(run, step) {
    const packed = models[`${run}/${step}`];
    if (packed === undefined) throw new Error(`This file holds no checkpoint of ${run} at ${step}.`);
    const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Response(stream).blob();
  },
  control: null,
});
