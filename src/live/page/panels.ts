import { gradientPanel } from './gradient/index.ts';
import type { Panel } from './panel.ts';
import { playPanel } from './play/index.ts';
import { unitsPanel } from './units/index.ts';

/** Panels below the curve and the samples, in the order of the page. */
export const PANELS: readonly Panel[] = [playPanel, gradientPanel, unitsPanel];
