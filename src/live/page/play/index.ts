import { computed } from '@preact/signals';
import type { Panel } from '../panel.ts';
import { Play } from './play.tsx';
import { WORDS } from './words.ts';

export const playPanel: Panel = { id: 'play', title: computed(() => WORDS.value.title), Content: Play };
