import { at, decimalsFor, equation, matrix, quotedText, type Scene, text, vector } from '../blocks.ts';
import type { Stage } from './stage.ts';

/** Truncated back-propagation through time: what is carried over a border, and what is cut there. */
export function windowScene({ lecture, texts }: Stage): Scene {
  const { twice, inputs, border, carried, loss, cut, dh, gradient, missed } = lecture.truncation;
  const { title, idea, readTwice, carry, stop, difference, whole, window } = texts.windows;
  const read = (ids: readonly number[]) => quotedText(ids.map((id) => lecture.vocabulary[id]!));
  const state = at('h', border);
  const decimals = decimalsFor(dh.whole, dh.window, cut);
  const precise = { decimals: decimalsFor(...gradient.whole, ...gradient.windows) };
  return {
    id: 'windows',
    title,
    blocks: [
      text(idea),
      ...(twice ? [text(readTwice)] : []),
      text(carry(read(inputs.slice(0, border)), read(inputs.slice(border)), state)),
      equation(vector(state, carried)),
      text(texts.windows.loss(loss.carried.toFixed(3), loss.reset.toFixed(3))),
      text(stop(border, border + 1)),
      equation(
        vector(`${at('dh', border)}, ${whole}`, dh.whole, { decimals }),
        '=',
        vector(`${at('dh', border)}, ${window}`, dh.window, { decimals }),
        '+',
        vector(`Whhᵀ·${at('dz', border + 1)}`, cut, { decimals }),
      ),
      text(difference(`${(100 * missed).toFixed(1)} %`)),
      equation(
        matrix(`∂L/∂Whh, ${whole}`, gradient.whole, precise),
        '≠',
        matrix(`∂L/∂Whh, ${window}`, gradient.windows, precise),
      ),
    ],
  };
}
