import { listenToClicker } from '../../report/page/shared/client/tools.ts';

/** The keys of a clicker go from panel to panel. */
export const listenToKeys = (): void => listenToClicker('section.panel');
