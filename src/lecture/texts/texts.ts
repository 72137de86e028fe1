import type { Flow } from '../../vanishing.ts';
import type { RnnParameters } from '../steps.ts';

/**
 * Every sentence of the lecture, so that no language can lack one. Characters come quoted and numbers as they are to be
 * shown; in Korean no particle may depend on them.
 */
export interface Texts {
  language: 'en' | 'ko';
  /** the lecture, its chapters and what the page adds */
  chapters: Record<'start' | 'forward' | 'sharing' | 'backward' | 'training' | 'gated' | 'closing', string>;
  start: { title(word: string): string; about: string; way: string; numbers: string };
  page: {
    previous: string;
    next: string;
    all: string;
    fullScreen: string;
    /** the name of this language in itself */
    name: string;
    position(scene: number, scenes: number): string;
    part(part: string, parts: string): string;
    keys: string;
    contents: string;
    shading: string;
  };
  terminal: { keys: string; last: string };
  network: { forward: string; backward: string };
  word: {
    title(word: string): string;
    questions(word: string, count: number): string;
    end: string;
    table: { caption: string; head: [step: string, input: string, target: string] };
    oneHot(V: number): string;
  };
  weights: {
    title: string;
    shared: string;
    table: {
      caption: string;
      head: [name: string, shape: string, role: string, count: string];
      roles: Record<keyof RnnParameters, string>;
      total: string;
    };
    learned(updates: number, rngSeed: number, start: string, loss: string): string;
  };
  step: {
    title(t: number, character: string): string;
    input(t: string, character: string): string;
    noHistory: string;
    history(state: string, before: string): string;
    sum: string;
    logits: string;
    chances: { caption: string; right: string };
    loss(target: string, p: string, loss: string): string;
  };
  loss: {
    title: string;
    softmax(t: number, sum: string): string;
    softmaxTable: { caption: string; character: string };
    word(V: number, guess: string): string;
    table: { caption: string; head: [string, string, string, string, string]; sum: string };
  };
  concatenated: {
    title: string;
    idea(t: number): string;
    same(z: string, difference: string, H: number, V: number): string;
  };
  lengths: {
    title: string;
    idea(parameters: number): string;
    table: { caption: string; head: [string, string, string, string, string] };
    note: string;
  };
  histories: {
    title: string;
    different(word: string, character: string, followers: [string, string]): string;
    same(word: string, character: string): string;
    none(word: string, character: string): string;
    start: string;
    after(before: string): string;
    meets(past: string, character: string): string;
    table: { caption: string; character: string };
    result(past: string, predicted: string, p: string): string;
    /** of a word that no table of pairs spells; of one that it spells; of two equal, two other predictions without repeats */
    lessons: { apart: string; pairs: string; alike: string; more: string };
  };
  gradient: { title: string; start: string; each: string; ways: string };
  back: {
    title(t: number): string;
    last: string;
    meet(t: number): string;
    tanh: string;
    past(t: number): string;
    begin: string;
    jacobian: string;
  };
  products: {
    title: string;
    idea: string;
    table: { caption: string; head: [string, string, string, string, string] };
    bound: string;
    far: string;
    vanishing(N: number, norm: string): string;
    exploding(N: number, norm: string): string;
    carried(N: number, norm: string): string;
  };
  shares: { title: string; idea: string; first: string };
  update: { title: string; idea(rate: string): string; fell(before: string, after: string): string };
  writing: {
    title: string;
    idea(first: string): string;
    table: { caption: string; head: [string, string, string, string] };
    result(first: string, text: string): string;
  };
  transpose: {
    title: string;
    forward(h: string, z: string): string;
    back(h: string, dz: string): string;
    row: string;
    check(h: string, t: number, size: string, slope: string): string;
  };
  windows: {
    title: string;
    idea: string;
    readTwice: string;
    carry(first: string, second: string, state: string): string;
    loss(carried: string, reset: string): string;
    stop(before: number, after: number): string;
    difference(missed: string): string;
    whole: string;
    window: string;
  };
  explosion: {
    title: string;
    idea(hidden: number, gain: number, rngSeed: number): string;
    curves: string;
    factor(gain: number, N: number, norm: string, flow: string): string;
    table: { caption: string; head: [string, string, string, string] };
    clip(clipNorm: number): string;
    length(weights: string, rate: string, unclipped: string, clipped: string): string;
    slope(before: string, unclipped: string, clipped: string): string;
  };
  temperature: {
    title: string;
    idea(t: number, character: string): string;
    table: { caption: string; character: string };
    result(character: string, chances: string): string;
  };
  /** what src/vanishing.ts calls a product of Jacobians */
  flow: Record<Flow, string>;
  decay: {
    title: string;
    idea: string;
    open(bias: number, gate: string): string;
    curves: string;
    words(N: number, vanishing: string, exploding: string): string;
    table: { caption: string; model: string; word(N: number): string };
  };
  gates: { sigma: string; sum: string; predicts(predicted: string, p: string): string };
  lstm: LstmTexts;
  gru: GruTexts;
  closing: { title: string; recap: string; next: string };
}

/** What a letter stands for. */
interface Meaning {
  name: string;
  text: string;
}

export interface LstmTexts {
  title: string;
  vanish(small: string, large: string): string;
  idea: string;
  define: Record<'f' | 'i' | 'g' | 'o' | 'c' | 'h', Meaning>;
  learned(parameters: number, updates: number, start: string, loss: string): string;
  numbers: { title(t: number, character: string): string; idea: string };
  state: { title(t: number, character: string): string; cell: string; hidden: string };
  path: {
    title: string;
    idea: string;
    table: { caption: string; step: string };
    left(steps: number, most: string): string;
    carousel: string;
    openness(kept: string): string;
  };
}

export interface GruTexts {
  title: string;
  idea: string;
  define: Record<'r' | 'z' | 'n' | 'h', Meaning>;
  learned(parameters: number, ofLstm: number, updates: number, start: string, loss: string): string;
  numbers: { title(t: number, character: string): string; idea: string; candidate: string };
  state: { title(t: number, character: string): string; mix: string; path: string };
}
