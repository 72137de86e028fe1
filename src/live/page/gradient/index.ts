import { computed } from '@preact/signals';
import type { Panel } from '../panel.ts';
import { Gradient } from './gradient.tsx';
import { WORDS } from './words.ts';

export const gradientPanel: Panel = {
  id: 'gradient',
  title: computed(() => WORDS.value.title),
  Content: Gradient,
};
