import type { GruTexts, LstmTexts } from './texts.ts';

export const koreanLstm: LstmTexts = {
  title: '사라지는 것과 해결책: LSTM',
  vanish: (small, large) =>
    `N단계를 거치는 동안 기울기에는 1을 넘지 못하는 tanh′과 Whh가 N번씩 곱해집니다. 인자가 0.9이면 50단계 뒤에 0.9⁵⁰ = ${small}만 남습니다. 기울기 소실입니다. 인자가 1.1이면 1.1⁵⁰ = ${large}까지 커집니다. 기울기 폭발입니다. 폭발은 클리핑으로 막을 수 있지만, 사라진 기울기는 되살릴 수 없습니다.`,
  idea: '그래서 LSTM(장단기 기억)은 상태를 하나 더 둡니다. 셀 상태 c입니다. 새로운 것은 c에 더해질 뿐이므로 지나는 길에 눌리지 않습니다. 게이트 세 개와 후보 하나가 c를 어떻게 바꿀지 정합니다.',
  define: {
    f: { name: '망각 게이트 f', text: '이전 셀 상태를 얼마나 남길까요? 1이면 모두 남기고 0이면 잊습니다.' },
    i: { name: '입력 게이트 i', text: '후보를 셀 상태에 얼마나 써넣을까요?' },
    g: { name: '후보 g', text: '써넣을 수 있는 값입니다. −1과 1 사이에 있습니다.' },
    o: { name: '출력 게이트 o', text: '셀 상태를 얼마나 보여 줄까요?' },
    c: { name: '셀 상태 c', text: '남긴 것과 써넣은 것을 더한 값입니다.' },
    h: { name: '은닉 상태 h', text: '출력과 다음 단계에 보여 주는 값입니다.' },
  },
  learned: (parameters, updates, start, loss) =>
    `유닛이 세 개인 LSTM이 같은 단어를 학습했습니다. 게이트와 후보마다 가중치가 따로 있어서 출력층까지 합하면 숫자가 ${parameters}개입니다. ${updates}번 갱신하는 동안 단어의 손실은 ${start}에서 ${loss}까지 줄었습니다.`,
  numbers: {
    title: (t, character) => `LSTM ${t}단계: 게이트가 읽는 ${character}`,
    idea: '바닐라 RNN처럼 입력과 과거와 편향을 더하는데, 이번에는 네 번 더합니다. 세 합은 σ를 거쳐 게이트가 되고, 나머지 한 합은 tanh를 거쳐 후보가 됩니다.',
  },
  state: {
    title: (t, character) => `LSTM ${t}단계: 셀 상태에 들어오는 ${character}`,
    cell: '망각 게이트가 이전 셀 상태의 일부를 남기고, 입력 게이트가 후보의 일부를 들여보냅니다.',
    hidden:
      '출력 게이트는 새 셀 상태를 tanh로 눌러 그 일부를 보여 줍니다. 그다음은 앞에서와 같습니다. 로짓, 소프트맥스, 예측으로 이어집니다.',
  },
  path: {
    title: '셀 상태: 인자가 f뿐인 길',
    idea: 'cₜ₋₁에서 cₜ로 가는 길에는 f를 곱하는 곱셈 하나와 덧셈 하나가 있습니다. 그래서 c를 따라 거슬러 가는 기울기가 한 단계에서 만나는 인자는 망각 게이트 하나뿐입니다. 이 길에는 가중치도 tanh도 없습니다.',
    table: { caption: '셀 상태를 거슬러: 단계마다의 f와 지금까지의 곱 Π', step: '단계 t' },
    left: (steps, most) =>
      `c를 따라 ${steps}단계를 거슬러 가면, 가장 많이 남기는 유닛에 ${most}만큼의 기울기가 남습니다.`,
    carousel:
      '호흐라이터와 슈미트후버(1997)의 LSTM에는 망각 게이트가 없었습니다. 가중치가 무엇이든 인자는 정확히 1이었습니다. 오차가 약해지지 않고 계속 돈다고 해서 이것을 상수 오차 회전목마(constant error carousel)라고 불렀습니다. 망각 게이트(게르스, 슈미트후버, 커민스, 2000)가 생긴 뒤로는 신경망이 인자를 스스로 고릅니다.',
    openness: (kept) => `게이트가 줄곧 f = 0.99이면 50단계 뒤에도 0.99⁵⁰ = ${kept}만큼 남습니다.`,
  },
};

export const koreanGru: GruTexts = {
  title: 'GRU: 상태 하나, 게이트 둘',
  idea: 'GRU(게이트 순환 유닛)는 같은 일을 더 적은 부품으로 합니다. 상태를 더 두지 않고, 게이트도 세 개가 아니라 두 개입니다.',
  define: {
    r: { name: '리셋 게이트 r', text: '이전 상태를 후보에 얼마나 넣을까요?' },
    z: {
      name: '업데이트 게이트 z',
      text: '이전 상태를 얼마나 그대로 둘까요? 1이면 그대로 두고 0이면 바꿉니다.',
    },
    n: { name: '후보 n', text: '그 자리에 들어갈 수 있는 값입니다. −1과 1 사이에 있습니다.' },
    h: { name: '은닉 상태 h', text: '둘을 섞은 값입니다. z가 비워 둔 만큼 n이 채웁니다.' },
  },
  learned: (parameters, ofLstm, updates, start, loss) =>
    `유닛이 세 개이면 출력층까지 숫자가 ${parameters}개입니다. LSTM에서는 ${ofLstm}개였습니다. ${updates}번 갱신하는 동안 단어의 손실은 ${start}에서 ${loss}까지 줄었습니다.`,
  numbers: {
    title: (t, character) => `GRU ${t}단계: 게이트가 읽는 ${character}`,
    idea: '두 게이트는 LSTM의 게이트와 똑같이 계산합니다.',
    candidate: '과거는 리셋 게이트를 지나서 후보로 들어갑니다.',
  },
  state: {
    title: (t, character) => `GRU ${t}단계: 상태에 들어오는 ${character}`,
    mix: '새 상태에는 후보가 1 − z만큼, 이전 상태가 z만큼 들어갑니다.',
    path: '이 길을 거슬러 가는 기울기는 인자 z를 만납니다. LSTM의 f가 하는 일을 GRU에서는 z가 합니다. z가 1에 가까우면 상태가 남고 기울기도 남습니다.',
  },
};
