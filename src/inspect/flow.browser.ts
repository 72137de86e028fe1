import { RnnError } from '../errors.ts';

/** As inspectFlow of flow.ts: there is no inspector in a browser. */
export function inspectFlow(): never {
  throw new RnnError('config', 'inspectEvery', {
    setting: 'inspectEvery',
    expected: '0 in a browser, which has no inspector',
    hint: 'drop it',
  });
}
