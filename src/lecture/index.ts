export type { Matrix, Vector } from './algebra.ts';
export type { Scene } from './blocks.ts';
export { giveLecture, type JacobianProduct, type Lecture, type WordStep } from './lecture.ts';
export { lecturePage } from './page/document.ts';
export { lectureScenes, TEXTS } from './scenes/index.ts';
export type { TerminalStyle } from './terminal/boxes.ts';
export { paginate, type ScreenPage } from './terminal/screens.ts';
export { formatLecture, sceneLines } from './terminal/terminal.ts';
export type { Texts } from './texts/texts.ts';
