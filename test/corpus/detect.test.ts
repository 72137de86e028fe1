import { describe, expect, it } from 'vitest';
import { createDecoder } from '../../src/corpus/decode.ts';
import { likelyEncoding } from '../../src/corpus/detect.ts';

/** A text in an encoding, by the decoder itself: every pair of bytes and every byte is tried. */
function encode(text: string, encoding: string): Uint8Array {
  if (encoding.startsWith('utf-16')) {
    const bytes = Buffer.from(text, 'utf16le');
    return encoding === 'utf-16be' ? bytes.swap16() : bytes;
  }
  const codes = new Map<string, number[]>();
  const learn = (bytes: number[]) => {
    try {
      const character = createDecoder(encoding, true).decode(Uint8Array.from(bytes), false);
      if (!codes.has(character)) codes.set(character, bytes);
    } catch {
      // no character
    }
  };
  for (let byte = 0; byte < 256; byte++) learn([byte]);
  if (/euc|gbk|big5|jis/.test(encoding)) {
    for (let pair = 0x8140; pair < 0x10000; pair++) learn([pair >> 8, pair & 0xff]);
  }
  return Uint8Array.from([...text].flatMap((character) => codes.get(character) ?? [0x3f]));
}

const RUSSIAN = 'Сегодня мы пошли гулять в парк.\n— Вы любите читать? — спросил он. Ёлка стоит в углу.\n';
const CHINESE = '今天天气很好，我们去公园散步。他说：“你喜欢看书吗？”\n';
const KOREAN = '봄이 오면 산에 들에 진달래 피네. 오늘은 날씨가 참 좋습니다.\n';
const JAPANESE = '雨が降っていた。猫は窓のそばで眠っている。\r\n「明日また来ますか」と言った。\r\n';

describe('the encoding of a text is found', () => {
  it.each([
    ['euc-kr', KOREAN],
    ['utf-16le', KOREAN],
    ['utf-16be', KOREAN],
    ['shift_jis', JAPANESE],
    ['euc-jp', JAPANESE],
    ['gbk', CHINESE],
    ['utf-16le', CHINESE],
    ['big5', '今天天氣很好，我們去公園散步。他說：「你喜歡看書嗎？」\n'],
    ['windows-1251', RUSSIAN],
    ['koi8-r', RUSSIAN],
    ['ibm866', RUSSIAN],
    ['iso-8859-5', RUSSIAN.replaceAll('—', '-')],
    ['windows-1252', 'Il fait beau, nous sommes allés au café. « Êtes-vous prêt ? »\n'],
    ['windows-1252', 'Die Straße ist schön, das Mädchen fährt über die Brücke.\n'],
    ['windows-1252', '“The baker is not ours,” she said — it’s true… It cost €8.\n'],
    ['windows-1252', 'un café noir\n'],
    ['windows-1250', 'Zażółć gęślą jaźń. Dzień dobry, dziękuję bardzo za książkę.\n'],
    ['windows-1254', 'Bugün hava çok güzel, parka gittik. Işıkları gördük, teşekkür ederim.\n'],
    ['windows-1253', 'Σήμερα ο καιρός είναι καλός και πήγαμε στο πάρκο.\n'],
    ['windows-1255', 'היום מזג האוויר נעים והלכנו לפארק.\n'],
    ['windows-1256', 'اليوم الطقس جميل وذهبنا إلى الحديقة.\n'],
    ['windows-874', 'วันนี้อากาศดีมากเราไปเดินเล่นที่สวนสาธารณะ\n'],
  ])('%s: %s', (encoding, text) => {
    for (const copies of [1, 30])
      expect(likelyEncoding(encode(text.repeat(copies), encoding))).toBe(encoding);
  });

  it('none for damaged UTF-8, cut characters, pictures and noise', () => {
    const damaged = Buffer.concat([Buffer.from('봄이 오면 é'), Buffer.of(0xff), Buffer.from('산에')]);
    const picture = Uint8Array.of(
      0x89,
      0x50,
      0x4e,
      0x47,
      0x0d,
      0x0a,
      0x1a,
      0x0a,
      0,
      0,
      0,
      0x0d,
      0x49,
      0x48,
      0x44,
      0x52,
      0,
      0,
      1,
      0,
    );
    const noise = Uint8Array.from({ length: 4000 }, (_, i) => ((i * i * 31 + i * 7) % 255) + 1);
    const cut = Uint8Array.of(0x6f, 0x6b, 0x20, 0xe2, 0x82, 0x20, 0x65);
    for (const bytes of [damaged, picture, noise, cut]) expect(likelyEncoding(bytes)).toBeUndefined();
  });

  it('UTF-8 where another encoding was asked for', () => {
    expect(likelyEncoding(Buffer.from('봄이 오면'))).toBe('utf-8');
  });
});
