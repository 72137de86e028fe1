import { type Answers, type Inspection, times } from '../../../inspect/index.ts';
import { FLOW_STEPS, type Flow } from '../../../vanishing.ts';

/* The three answers in Korean, from the same figures as the English ones of src/inspect/answers.ts. */

export const KOREAN_QUESTIONS: Readonly<Record<keyof Answers, string>> = {
  travel: '기울기가 거슬러 갈 수 있는가?',
  loss: '이 손실은 지금 기울기를 보내는가?',
  past: '모델은 과거를 쓰는가?',
};

export const answerInKorean = (key: keyof Answers, inspection: Inspection): string =>
  ANSWERS[key](inspection);

const ANSWERS: Readonly<Record<keyof Answers, (inspection: Inspection) => string>> = { travel, loss, past };

const TRAVEL: Readonly<Record<Flow, string>> = {
  vanishing: '아니요, 사라집니다',
  carried: '예',
  exploding: '폭발합니다',
};

function travel({ answers, carried: { steps, factors } }: Inspection): string {
  const sorted = [...factors].sort((a, b) => a - b);
  const [low, high] = [sorted[0]!, sorted.at(-1)!];
  const many = factors.length > 1 ? ` 글 ${factors.length}곳에서` : '';
  const range = low === high ? times(low) : `${times(low)}에서 ${times(high)}까지`;
  return `${TRAVEL[answers.travel.kind]}: ${steps}단계 동안${many} ${range}입니다(판정은 ${FLOW_STEPS}단계 기준).`;
}

function loss({ lags, seqLength, recommendedSeqLength }: Inspection): string {
  const first = lags[0]!.median;
  if (!Number.isFinite(first)) return '아니요: 기울기가 유한한 수가 아닙니다.';
  if (first === 0) return '아니요: 대부분의 자리에서 기울기가 처음부터 0입니다(p − y = 0).';
  const reach = Math.min(seqLength, lags.length - 1);
  const { median, low, high } = lags[reach]!;
  const advised =
    recommendedSeqLength === null
      ? '잰 창 가운데 10 %보다 적게 놓치는 것이 없습니다'
      : `--seq-length ${recommendedSeqLength}이면 10 %보다 적게 놓칩니다`;
  return `${reach}단계 앞에 기울기의 ${times(median / first)}가 남습니다(중앙값, 5–95 %: ${times(low / first)}에서 ${times(high / first)}). ${advised}. 확신하는 예측은 기울기를 보내지 않습니다(p − y → 0).`;
}

const PAST = {
  yes: '예',
  hardly: '거의 쓰지 않습니다',
  'cannot tell': '알 수 없습니다',
} as const;

function past({ answers, horizon: { replaced, places } }: Inspection): string {
  const { usedBeyond, contextHorizon } = replaced;
  const more = usedBeyond === null ? '' : ` 앞의 ${usedBeyond}자보다 많이 씁니다.`;
  const most = contextHorizon === null ? '' : ` 많아야 ${contextHorizon}자입니다.`;
  return `${PAST[answers.past.kind]}.${more}${most} 글 ${places}곳에서 쟀습니다(95 %).`;
}
