import { inLanguage } from '../language.ts';
import type { NumberKey } from './settings.ts';

interface Words {
  title: string;
  none: string;
  loading: string;
  trouble: (message: string) => string;
  seed: string;
  emptySeed: string;
  unknown: (characters: readonly { character: string; nearest: readonly string[] }[]) => string;
  next: string;
  nextKeys: string;
  others: (count: string) => string;
  bend: string;
  /** of a character: under the settings, and by itself */
  plain: (percent: string) => string;
  back: string;
  settings: Record<NumberKey, string>;
  greedy: string;
  reset: string;
  picture: {
    title: string;
    first: string;
    oneHot: (character: string, place: number, size: number) => string;
    embedding: (width: number) => string;
    given: (character: string, percent: string) => string;
    before: string;
    after: string;
    layer: (layer: number) => string;
    state: (part: string, units: number) => string;
    change: (unit: number, before: string, after: string) => string;
    formula: Record<'rnn' | 'lstm' | 'gru', string>;
    colours: string;
  };
  sample: {
    title: string;
    write: (count: string) => string;
    stop: string;
    output: string;
    written: (count: string, seconds: string) => string;
    command: string;
  };
}

const en: Words = {
  title: 'Play',
  none: 'There is no checkpoint yet. This part begins with the first one that the run saves.',
  loading: 'The model is being loaded …',
  trouble: (message) => `The model could not be loaded: ${message}`,
  seed: 'Seed text, which the model continues',
  emptySeed: 'empty: the beginning of a line',
  unknown: (characters) =>
    `The model does not know ${characters.map(({ character, nearest }) => `“${character}”${nearest.length > 0 ? ` (nearest: ${nearest.map((one) => `“${one}”`).join(', ')})` : ''}`).join(', ')}. It reads the text without.`,
  next: 'What comes next',
  nextKeys:
    'Choose a bar, or press its number: the character becomes the next input. The outline is the model’s own probability, the bar that under the settings. Backspace takes back.',
  others: (count) => `${count} others`,
  bend: 'How it is chosen',
  plain: (percent) => `${percent} without settings`,
  back: 'Take back',
  settings: {
    temperature: 'Temperature',
    topK: 'Top-k (0: all)',
    topP: 'Top-p (1: all)',
    minP: 'Min-p (0: all)',
    repetitionPenalty: 'Repetition penalty (1: none)',
    len: 'Characters',
    rngSeed: 'Random seed',
  },
  greedy: 'Greedy: always the most probable',
  reset: 'Settings as at first',
  picture: {
    title: 'One step of the network',
    first: 'The state before the first character is 0.',
    oneHot: (character, place, size) => `Input x: ${character}, one-hot, number ${place} of ${size}`,
    embedding: (width) => `x picks a row of the embedding, ${width} numbers.`,
    given: (character, percent) =>
      `Before this step the model gave ${character} a probability of ${percent}.`,
    before: 'before',
    after: 'after',
    layer: (layer) => `layer ${layer}`,
    state: (part, units) => `${part}, ${units} units`,
    change: (unit, before, after) => `Unit ${unit} changes most: ${before} → ${after}.`,
    formula: {
      rnn: 'h = f(Wxh·x + Whh·h₋₁ + bh), y = Why·h + by, softmax(y) = the bars',
      lstm: 'c = f∘c₋₁ + i∘g, h = o∘tanh(c), y = Why·h + by, softmax(y) = the bars',
      gru: 'h = (1 − z)∘n + z∘h₋₁, y = Why·h + by, softmax(y) = the bars',
    },
    colours: 'Red is below 0, blue above, white near 0; full at ±1.',
  },
  sample: {
    title: 'Let it write',
    write: (count) => `Write ${count} characters`,
    stop: 'Stop writing',
    output: 'What the model wrote',
    written: (count, seconds) => `${count} characters in ${seconds} s, computed here.`,
    command: 'The same text in a terminal:',
  },
};

const ko: Words = {
  title: '실험하기',
  none: '아직 체크포인트가 없습니다. 첫 체크포인트가 저장되면 시작할 수 있습니다.',
  loading: '모델을 불러오는 중입니다 …',
  trouble: (message) => `모델을 불러오지 못했습니다: ${message}`,
  seed: '모델이 이어 쓸 시드 텍스트',
  emptySeed: '비어 있으면 줄의 처음',
  unknown: (characters) =>
    `모델이 모르는 문자: ${characters.map(({ character, nearest }) => `“${character}”${nearest.length > 0 ? ` (비슷한 문자: ${nearest.map((one) => `“${one}”`).join(', ')})` : ''}`).join(', ')}. 이 문자를 빼고 읽습니다.`,
  next: '다음에 올 문자',
  nextKeys:
    '막대를 고르거나 번호를 누르면 그 문자가 다음 입력이 됩니다. 테두리는 모델 자체의 확률, 막대는 설정을 적용한 확률입니다. 백스페이스는 되돌립니다.',
  others: (count) => `그 밖의 ${count}개`,
  bend: '고르는 방법',
  plain: (percent) => `설정 없이 ${percent}`,
  back: '되돌리기',
  settings: {
    temperature: '온도',
    topK: 'top-k (0: 모두)',
    topP: 'top-p (1: 모두)',
    minP: 'min-p (0: 모두)',
    repetitionPenalty: '반복 벌점 (1: 없음)',
    len: '문자 수',
    rngSeed: '난수 시드',
  },
  greedy: '탐욕: 항상 가장 확률이 높은 문자',
  reset: '처음 설정으로',
  picture: {
    title: '신경망의 한 단계',
    first: '첫 문자 앞의 상태는 0입니다.',
    oneHot: (character, place, size) => `입력 x: ${character}, 원-핫, ${size}개 중 ${place}번`,
    embedding: (width) => `x는 임베딩의 한 행, 수 ${width}개를 고릅니다.`,
    given: (character, percent) => `이 단계 전에 모델이 ${character}에 준 확률은 ${percent}입니다.`,
    before: '이전',
    after: '이후',
    layer: (layer) => `층 ${layer}`,
    state: (part, units) => `${part}, 유닛 ${units}개`,
    change: (unit, before, after) => `가장 많이 바뀐 유닛 ${unit}: ${before} → ${after}.`,
    formula: {
      rnn: 'h = f(Wxh·x + Whh·h₋₁ + bh), y = Why·h + by, softmax(y) = 막대',
      lstm: 'c = f∘c₋₁ + i∘g, h = o∘tanh(c), y = Why·h + by, softmax(y) = 막대',
      gru: 'h = (1 − z)∘n + z∘h₋₁, y = Why·h + by, softmax(y) = 막대',
    },
    colours: '빨강은 0보다 작고 파랑은 크며, 흰색은 0에 가깝습니다. ±1에서 가장 진합니다.',
  },
  sample: {
    title: '이어 쓰게 하기',
    write: (count) => `${count}자 쓰기`,
    stop: '그만 쓰기',
    output: '모델이 쓴 글',
    written: (count, seconds) => `${count}자, ${seconds}초, 이 브라우저에서 계산했습니다.`,
    command: '터미널에서 같은 글을 얻으려면:',
  },
};

export const WORDS = inLanguage<Words>(en, ko);
