import {
  type Answers,
  carriedByBoth,
  type Inspection,
  largestExponent,
  lostByBoth,
  lostFigure,
  NEGLIGIBLE_NATS,
  reachOf,
  times,
  typical,
} from '../../../inspect/index.ts';
import { FLOW_STEPS, type Flow, flowOf } from '../../../vanishing.ts';

/* The three answers and the comparison in Korean, from the same figures as the English ones of src/inspect. */

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

function travel({ answers, carried: { steps, factors }, layers }: Inspection): string {
  const head = TRAVEL[answers.travel.kind];
  const { median, low, high } = typical(factors);
  if (!Number.isFinite(median)) return `${head}: 상태가 부동소수점 수의 범위를 넘어 커집니다.`;
  const direction = median > 1 ? '가장 빨리 커지는 방향이' : '가장 천천히 줄어드는 방향이';
  const range =
    factors.length > 1 ? `(글의 ${factors.length}구간에서 ${times(low)}에서 ${times(high)}까지)` : '';
  const differing = factors.filter(
    (factor) => flowOf(Math.log(factor), steps) !== answers.travel.kind,
  ).length;
  return [
    `${head}: ${steps}단계 동안 ${direction} ${times(median)}${range}`,
    ...(steps < FLOW_STEPS
      ? [`이 비율이면 ${FLOW_STEPS}단계에 ${times(median ** (FLOW_STEPS / steps))}`]
      : []),
    ...(differing > 0 ? [`${factors.length}구간 가운데 ${differing}구간만 보면 판정이 다릅니다`] : []),
    `${exponent(layers)}.`,
  ].join('; ');
}

function exponent(layers: Inspection['layers']): string {
  const { exponent, spread } = largestExponent(layers);
  return exponent === Number.NEGATIVE_INFINITY
    ? 'λ₁ −∞: 모든 방향이 사라집니다'
    : `λ₁ 단계당 ${exponent.toFixed(3)} ± ${spread.toFixed(3)} nat`;
}

function loss(inspection: Inspection): string {
  const { lags } = inspection;
  const first = lags[0]!.median;
  if (!Number.isFinite(first)) return '아니요: 기울기가 부동소수점 수의 범위를 넘습니다.';
  if (first === 0) return '아니요: 대부분의 자리에서 기울기가 처음부터 0입니다(p − y = 0).';
  const reach = reachOf(inspection);
  const { median, low, high } = lags[reach]!;
  return `${reach}단계 앞에 기울기의 ${times(median / first)}가 남습니다(중앙값, 5–95 %: ${times(low / first)}에서 ${times(high / first)}); ${window(inspection)}; 확신하는 예측은 기울기를 보내지 않습니다(p − y → 0).`;
}

function window({ truncationBias, recommendedSeqLength: advised, seqLength }: Inspection): string {
  const own = truncationBias[Math.min(seqLength, truncationBias.length) - 1];
  if (!own) return '잰 범위 안에서 줄어들지 않으므로 --seq-length를 권할 수 없습니다';
  const share =
    own.bias < 0.001 ? '0.1 %보다 적게' : `많아야 ${(100 * Math.min(1, own.bias)).toFixed(1)} %를`;
  const missed = `${own.steps}단계의 창은 그 가운데 ${share} 놓치고`;
  return advised === null
    ? `${missed}, 잰 창 가운데 10 %보다 적게 놓치는 것은 없습니다`
    : `${missed}, --seq-length ${advised}이면 10 %보다 적게 놓칩니다`;
}

function past({ horizon }: Inspection): string {
  const text = ofAsked(horizon);
  return horizon.asked === null ? `${text}.` : `${text}; ${horizon.asked}에서만 쟀습니다.`;
}

const lastCharacters = (n: number): string => (n === 1 ? '마지막 한 글자' : `마지막 ${n}자`);

function ofAsked({ replaced, places }: Inspection['horizon']): string {
  const { rows, usedBeyond, contextHorizon: horizon, noHorizon } = replaced;
  if (!rows.every(({ extraNats }) => Number.isFinite(extraNats)))
    return '알 수 없습니다: 손실이 유한하지 않습니다';
  const nothing = `${NEGLIGIBLE_NATS} nat보다 적게`;
  if (usedBeyond === null) {
    if (horizon === 1)
      return `거의 쓰지 않습니다: 마지막 한 글자 앞에 다른 글이 오면 ${nothing} 잃습니다(95 %)`;
    const tail =
      horizon === null
        ? ''
        : `; 많아야 ${horizon}자: ${lastCharacters(horizon)} 앞에 다른 글이 오면 ${nothing} 잃습니다(95 %)`;
    return `글의 ${places}곳으로는 알 수 없습니다${tail}`;
  }
  const row = rows.find(({ characters }) => characters === usedBeyond)!;
  const evidence = `${lastCharacters(usedBeyond)} 앞에 다른 글이 오면 ${lostFigure(row)} nat을 잃습니다`;
  if (horizon !== null)
    return `예, ${usedBeyond}자보다 많이, 많아야 ${horizon}자를 씁니다: ${evidence}. ${lastCharacters(horizon)} 앞이면 ${nothing} 잃습니다(95 %)`;
  const further =
    noHorizon === 'cannot tell' ? `; 얼마나 더 쓰는지는 ${places}곳으로 알 수 없습니다` : ', 잰 가장 긴 길이';
  return `예, ${usedBeyond}자보다 많이 씁니다: ${evidence}${further}(95 %)`;
}

type Pair<T> = readonly [T, T];

/** How two models differ; of the loss nothing is compared. */
export const KOREAN_DIFFERENCES: Readonly<
  Record<'travel' | 'past', (both: Pair<Inspection>, names: Pair<string>) => string>
> = {
  travel: (both, names) => {
    const carried = carriedByBoth(both);
    if (carried === null) return '견줄 수 없습니다: 상태가 부동소수점 수의 범위를 넘어 커집니다.';
    const { more, factors } = carried;
    const [first, second] = factors;
    if (more === null)
      return `어느 쪽이 기울기를 더 멀리 나르는지 확실하지 않습니다: ${FLOW_STEPS}단계에 ${times(first.median)}와 ${times(second.median)}이고 범위가 겹칩니다.`;
    const [most, least] = more === 0 ? [first, second] : [second, first];
    const does =
      flowOf(Math.log(most.median), FLOW_STEPS) === 'exploding'
        ? '기울기를 더 크게 키웁니다'
        : '기울기를 더 멀리 나릅니다';
    return `${names[more]} 쪽이 ${does}: ${FLOW_STEPS}단계에 ${times(most.median)} 대 ${times(least.median)}이고 범위가 겹치지 않습니다.`;
  },
  past: (both, names) => {
    const found = lostByBoth(both);
    if (found === null) return '어느 쪽이 과거를 더 쓰는지 확실하지 않습니다: 잃는 양의 구간이 겹칩니다.';
    const { more, rows } = found;
    const less = more === 0 ? 1 : 0;
    return `${names[more]} 쪽이 과거를 더 씁니다: ${lastCharacters(rows[more].characters)} 앞에 다른 글이 오면 ${lostFigure(rows[more])} nat을 잃고, ${names[less]} 쪽은 ${lostFigure(rows[less])} nat을 잃습니다.`;
  },
};
