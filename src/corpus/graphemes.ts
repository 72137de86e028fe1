export { splitGraphemes } from 'unicode-segmenter/grapheme';
