import { inLanguage } from './language.ts';

/** What the frame says; panels have words of their own. */
export const words = inLanguage(
  {
    otherLanguage: '한국어',
    fullScreen: 'Full screen',
    panels: 'Panels',
    curve: 'Curve',
    samples: 'Samples',
    runs: 'Runs',
    empty: 'No run is known yet.',
    connecting: 'Asking the program for its runs …',
    lost: (checkpoint: string | undefined) =>
      checkpoint === undefined
        ? 'The program that sent this page no longer answers. Start it again.'
        : `The program that sent this page no longer answers. What it said last stays here; rnn ui ${checkpoint} shows the run from its file.`,
    status: {
      running: 'Training is in progress',
      paused: 'Training is paused',
      finished: 'Training has finished',
      patience: 'Training has ended early',
      stopped: 'Training was stopped',
      diverged: 'Training diverged',
      failed: 'Training failed',
      saved: 'The run is read from its file',
    },
    ended: (checkpoint: string) =>
      `The program has ended; what it said stays here, and rnn ui ${checkpoint} shows the run again.`,
    step: (step: string, steps: string) => `Step ${step} of ${steps}`,
    elapsed: (time: string) => `${time} of training`,
    left: (time: string) => `about ${time} left`,
    speed: (characters: string) => `${characters} characters a second`,
    parameters: (count: string) => `${count} parameters`,
    keys: 'Page Down and Page Up go from panel to panel, f is full screen.',
  },
  {
    otherLanguage: 'English',
    fullScreen: '전체 화면',
    panels: '패널',
    curve: '학습 곡선',
    samples: '생성한 글',
    runs: '실행',
    empty: '아직 알려진 실행이 없습니다.',
    connecting: '프로그램에 실행 목록을 묻고 있습니다 …',
    lost: (checkpoint) =>
      checkpoint === undefined
        ? '이 페이지를 보낸 프로그램이 응답하지 않습니다. 다시 시작하세요.'
        : `이 페이지를 보낸 프로그램이 응답하지 않습니다. 마지막으로 받은 내용은 그대로 남아 있습니다. 저장된 실행은 다음 명령으로 봅니다: rnn ui ${checkpoint}`,
    status: {
      running: '학습하는 중입니다',
      paused: '학습을 잠시 멈췄습니다',
      finished: '학습이 끝났습니다',
      patience: '학습을 일찍 마쳤습니다',
      stopped: '학습을 중단했습니다',
      diverged: '학습이 발산했습니다',
      failed: '학습에 실패했습니다',
      saved: '파일에서 읽은 실행입니다',
    },
    ended: (checkpoint) =>
      `프로그램이 끝났습니다. 받은 내용은 그대로 남아 있고, 다음 명령으로 다시 볼 수 있습니다: rnn ui ${checkpoint}`,
    step: (step, steps) => `${steps}단계 중 ${step}단계`,
    elapsed: (time) => `학습 시간 ${time}`,
    left: (time) => `약 ${time} 남음`,
    speed: (characters) => `초당 문자 ${characters}개`,
    parameters: (count) => `파라미터 ${count}개`,
    keys: 'Page Down과 Page Up으로 패널을 옮겨 다니고, f를 누르면 전체 화면이 됩니다.',
  },
);
