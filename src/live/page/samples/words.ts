import { inLanguage } from '../language.ts';

export const words = inLanguage(
  {
    none: 'The network has written nothing yet.',
    step: (step: string) => `Step ${step}`,
    sample: 'Sample',
    pin: 'Pin',
    unpin: 'Unpin',
    pinOf: (step: string) => `Pin the sample of step ${step}`,
    unpinOf: (step: string) => `Unpin the sample of step ${step}`,
    colored: (step: string) => `Coloured by the model of step ${step}.`,
    loading: 'The model is read …',
    noModel: 'No checkpoint was saved yet that could colour it.',
    unread: 'The model reads this text in other pieces than it is shown.',
    copied: (percent: string, longest: string) =>
      `${percent} of it stands word for word in the training text; the longest stretch has ${longest} characters.`,
    original: 'No stretch of 20 characters or more stands in the training text.',
    notSearched: 'Whether it stands in the training text was not searched.',
    surprise: 'Surprise in bits',
    underlined: 'underlined: 20 characters or more from the training text',
    show: 'Show surprise',
  },
  {
    none: '신경망이 아직 아무것도 쓰지 않았습니다.',
    step: (step) => `${step}단계`,
    sample: '글',
    pin: '고정',
    unpin: '고정 해제',
    pinOf: (step) => `${step}단계의 글 고정`,
    unpinOf: (step) => `${step}단계의 글 고정 해제`,
    colored: (step) => `${step}단계의 모델로 칠했습니다.`,
    loading: '모델을 읽는 중입니다 …',
    noModel: '색을 칠할 체크포인트가 아직 저장되지 않았습니다.',
    unread: '모델은 이 글을 보이는 것과 다른 단위로 읽습니다.',
    copied: (percent, longest) =>
      `이 글의 ${percent}가 학습 글에 그대로 있습니다. 가장 긴 부분은 문자 ${longest}개입니다.`,
    original: '학습 글에 그대로 있는 20자 이상의 부분이 없습니다.',
    notSearched: '학습 글에 있는지는 찾아보지 않았습니다.',
    surprise: '놀람(비트)',
    underlined: '밑줄: 학습 글에 그대로 있는 20자 이상',
    show: '놀람 표시',
  },
);
