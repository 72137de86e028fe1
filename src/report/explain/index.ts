export type { Scene } from './blocks.ts';
export type { TerminalStyle } from './boxes.ts';
export { lecturePage } from './html.ts';
export { paginate, type ScreenPage } from './pages.ts';
export { lectureScenes, TEXTS } from './scenes.ts';
export { formatLecture, sceneLines } from './terminal.ts';
export type { Texts } from './texts.ts';
