import type { Texts } from './texts.ts';

/** 기울기가 거슬러 가고, 잘리고, 문자를 뽑는 이야기 */
export const koreanBack: Pick<Texts, 'transpose' | 'windows' | 'temperature'> = {
  transpose: {
    title: '왜 전치 행렬인가: 왔던 가중치를 따라 되돌아가기',
    forward: (h, z) =>
      `앞으로 갈 때: 상태 ${h}의 첫 성분은 ${z}의 모든 성분으로 들어갑니다. 그 길의 가중치는 Whh의 첫 열에 있습니다.`,
    back: (h, dz) =>
      `거슬러 갈 때: 숫자는 저마다 자기가 왔던 가중치를 따라 되돌아갑니다. 그래서 상태 ${h}의 첫 성분에 대한 기울기는 같은 열을 따라 더한 값입니다. 가중치마다 그 끝에 있는 ${dz}의 성분을 곱해서 더합니다.`,
    row: 'Whh의 열은 Whhᵀ의 행입니다. 전치는 그저 이런 뜻입니다. 같은 가중치를 반대 방향으로 지나간다는 것입니다.',
    check: (h, t, size, slope) =>
      `확인해 봅시다. 상태 ${h}의 첫 성분을 ${size}만큼 올리고 내리면서 ${t}단계의 손실을 다시 계산합니다. 손실은 움직인 크기의 ${slope}배만큼 달라집니다. 바로 위에서 더한 값입니다.`,
  },
  windows: {
    title: '긴 글: 창, 이어지는 상태, 잘리는 기울기',
    idea: '책 한 권은 백만 단계나 됩니다. 끝까지 거슬러 가려면 메모리가 너무 많이 들고, 한 번 갱신할 때마다 마지막 쪽까지 기다려야 합니다. 그래서 글을 창(--seq-length)으로 잘라 학습합니다. 이것이 절단 시간 역전파(truncated BPTT)입니다.',
    readTwice: '이 단어는 한 단계뿐이므로 여기서는 두 번 읽습니다.',
    carry: (first, second, state) =>
      `여기서 첫째 창은 ${first}, 둘째 창은 ${second} 부분을 읽습니다. 앞으로 갈 때는 아무것도 잘리지 않습니다. 둘째 창은 첫째 창이 남긴 상태 ${state}에서 시작합니다.`,
    loss: (carried, reset) =>
      `이 상태에서 시작하면 둘째 창의 손실은 ${carried}입니다. 0에서 시작한다면 ${reset}입니다.`,
    stop: (before, after) =>
      `거슬러 갈 때는 기울기가 경계에서 멈춥니다. ${after}단계가 ${before}단계로 보낼 값을 버리기 때문에, ${before}단계에는 자기 창에 있는 손실의 기울기만 전해집니다.`,
    difference: (missed) =>
      `그래서 Whh의 기울기는 글 전체의 기울기와 다릅니다. 여기서는 차이의 크기가 기울기 크기의 ${missed}입니다. 창이 길수록 덜 놓치고, 창보다 먼저 읽은 것은 상태가 계속 실어 나릅니다.`,
    whole: '전체',
    window: '창',
  },
  temperature: {
    title: '온도: 얼마나 과감하게 고를까',
    idea: (t, character) =>
      `언제나 확률이 가장 높은 문자만 고르면 글이 지루해집니다. 그래서 보통은 확률 p에 따라 다음 문자를 무작위로 뽑고, 그 전에 로짓을 온도 T로 나눕니다. 정답을 가장 덜 확신하는 ${t}단계(입력 ${character})를 봅시다.`,
    table: { caption: '같은 로짓, 세 가지 온도', character: '문자' },
    result: (character, chances) =>
      `확률이 가장 높은 문자는 언제나 ${character}입니다(${chances}). 온도가 낮으면 확률이 한쪽으로 몰리고, 높으면 고르게 퍼집니다. 순서는 바뀌지 않습니다. T가 0에 가까워지면 확률이 가장 높은 문자만 남습니다. 앞에서 본 탐욕 선택입니다. 직접 해 보려면: rnn sample --temperature 0.7`,
  },
};

/** 소실과 폭발을 재어 본 이야기 */
export const koreanFlow: Pick<Texts, 'explosion' | 'flow' | 'decay'> = {
  explosion: {
    title: '진짜 기울기 폭발, 그리고 클리핑이 하는 일',
    idea: (hidden, gain, rngSeed) =>
      `이번에는 유닛이 ${hidden}개인 새 신경망입니다. 아직 아무것도 배우지 않았습니다. Whh는 직교 행렬의 ${gain}배이고(--init orthogonal --init-gain ${gain} --rng-seed ${rngSeed}), 단어를 거듭 읽습니다.`,
    curves: 'N단계 전에 도착하는 양 ‖∂hₜ/∂hₜ₋ₙ‖ (최대 특잇값)',
    factor: (gain, N, norm, flow) => `--init-gain ${gain}: ${N}단계를 지나면 ${norm}배, ${flow}.`,
    table: {
      caption: '창이 길어질수록 커지는 모든 가중치의 기울기',
      head: ['단계 수', '‖∂L/∂W‖', '클리핑이 곱하는 값', '클리핑 뒤의 크기'],
    },
    clip: (clipNorm) =>
      `크기 클리핑(--clip-norm ${clipNorm})은 짧은 기울기를 그대로 둡니다. 더 긴 기울기에는 ${clipNorm}/‖∂L/∂W‖을 곱합니다. 방향은 그대로 두고 크기만 ${clipNorm}까지 줄입니다.`,
    length: (weights, rate, unclipped, clipped) =>
      `가중치를 모두 합한 크기는 ${weights}입니다. 학습률이 α = ${rate}일 때 가장 긴 창 뒤의 갱신은 클리핑이 없으면 크기가 ${unclipped}, 클리핑이 있으면 ${clipped}입니다.`,
    slope: (before, unclipped, clipped) =>
      `모든 가중치보다 큰 갱신은 지금까지의 가중치를 날려 버리고 tanh를 포화시킵니다. tanh′의 평균은 ${before}에서 ${unclipped}까지 바뀝니다. 클리핑이 있으면 ${clipped}입니다. tanh가 포화된 곳에서는 다음 기울기가 사라집니다.`,
  },
  flow: { vanishing: '소실', carried: '유지', exploding: '폭발' },
  decay: {
    title: '한 그림에 담은 두 가지 감쇠',
    idea: '모델마다 단어를 거듭 읽습니다. N단계 전에는 기울기가 얼마나 도착할까요? 곡선은 ∂stateₜ/∂stateₜ₋ₙ의 최대 특잇값입니다. 가장 덜 줄어드는 방향으로 남는 양입니다. 상태(state)는 h이고, LSTM에서는 h와 c를 함께 봅니다.',
    open: (bias, gate) =>
      `두 번째 LSTM은 망각 게이트가 거의 열린 채로(--forget-bias ${bias}) 학습을 시작했습니다. f = σ(${bias}) = ${gate}입니다.`,
    curves: 'N단계 전에 도착하는 양 ‖∂stateₜ/∂stateₜ₋ₙ‖ (최대 특잇값)',
    words: (N, vanishing, exploding) =>
      `용어는 ${N}단계를 기준으로 정합니다. 이 방향으로 ${vanishing}배보다 적게 남으면 소실, ${exploding}배보다 많이 도착하면 폭발, 그 사이는 유지입니다.`,
    table: { caption: '숫자로 보면', model: '모델', word: (N) => `${N}단계를 지나면` },
  },
};
