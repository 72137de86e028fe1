import type { Control } from '../../protocol.ts';
import { inLanguage } from '../language.ts';

interface Words {
  title: string;
  names: Record<Control, string>;
  /** @param step the one after which it holds */
  answers: Record<Control, (step: string, next: string) => string>;
  asking: string;
  refused(reason: string): string;
  noProgram: string;
  lost: string;
  ended: string;
  other: string;
  pauseFirst: string;
}

export const words = inLanguage<Words>(
  {
    title: 'Controls',
    names: {
      pause: 'Pause',
      resume: 'Resume',
      step: 'One step',
      save: 'Save now',
      stop: 'Stop',
      'halve-rate': 'Halve the learning rate',
    },
    answers: {
      pause: (step) => `Paused after step ${step}.`,
      resume: (step) => `Training goes on after step ${step}.`,
      step: (step) => `Step ${step} was made.`,
      save: (step) => `Saved after step ${step}.`,
      stop: (step) => `Stopped after step ${step}.`,
      'halve-rate': (_, next) =>
        `The learning rate is halved from step ${next} on. The run records it: resumed, it does the same.`,
    },
    asking: 'Asked; the answer comes after the step in progress.',
    refused: (reason) => `It was refused: ${reason}`,
    noProgram: 'This page is a file: no program is there that could be told what to do.',
    lost: 'The program no longer answers.',
    ended: 'The run is not in progress: there is nothing to control.',
    other: 'Another run than the one you look at is in progress.',
    pauseFirst: 'One step at a time is for a run that is paused.',
  },
  {
    title: '조작',
    names: {
      pause: '잠시 멈춤',
      resume: '계속',
      step: '한 단계',
      save: '지금 저장',
      stop: '중단',
      'halve-rate': '학습률을 절반으로',
    },
    answers: {
      pause: (step) => `${step}단계 뒤에 멈췄습니다.`,
      resume: (step) => `${step}단계 뒤부터 계속합니다.`,
      step: (step) => `${step}단계를 마쳤습니다.`,
      save: (step) => `${step}단계 뒤에 저장했습니다.`,
      stop: (step) => `${step}단계 뒤에 중단했습니다.`,
      'halve-rate': (_, next) =>
        `${next}단계부터 학습률이 절반입니다. 실행에 기록되므로 이어서 학습해도 똑같이 바뀝니다.`,
    },
    asking: '요청했습니다. 진행 중인 단계가 끝나면 답이 옵니다.',
    refused: (reason) => `거절되었습니다: ${reason}`,
    noProgram: '이 페이지는 파일입니다. 명령을 받을 프로그램이 없습니다.',
    lost: '프로그램이 응답하지 않습니다.',
    ended: '진행 중인 실행이 아니므로 조작할 것이 없습니다.',
    other: '보고 있는 실행이 아니라 다른 실행이 진행 중입니다.',
    pauseFirst: '한 단계씩 하려면 먼저 멈추세요.',
  },
);
