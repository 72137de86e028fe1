import { computed } from '@preact/signals';
import type { Panel } from '../panel.ts';
import { Units } from './units.tsx';
import { WORDS } from './words.ts';

export const unitsPanel: Panel = { id: 'units', title: computed(() => WORDS.value.title), Content: Units };
