/*
 * EUC-KR of the Encoding Standard has all 11,172 syllables of Hangul, as Windows has (code page 949); the one of Node
 * has the 2,350 of KS X 1001. The others stand, in Unicode's order, in the pairs of bytes that KS X 1001 leaves free.
 */

const [FIRST, LAST] = [0xac00, 0xd7a3];
const REPLACEMENT = 0xfffd;
const [FIRST_LEAD, LAST_LEAD] = [0x81, 0xfe];

/** UTF-16 code units by pairs of bytes, 0 where there is none. */
let table: Uint16Array | undefined;

function makeTable(): Uint16Array {
  const codes = new Uint16Array(0x10000);
  const standard = new TextDecoder('euc-kr');
  const present = new Set<number>();
  for (let lead = 0xa1; lead <= LAST_LEAD; lead++) {
    for (let trail = 0xa1; trail <= 0xfe; trail++) {
      const text = standard.decode(Uint8Array.of(lead, trail));
      if (text.length !== 1 || text === '\ufffd') continue;
      codes[(lead << 8) | trail] = text.charCodeAt(0);
      present.add(text.charCodeAt(0));
    }
  }
  let syllable = FIRST;
  for (let lead = FIRST_LEAD; syllable <= LAST; lead++) {
    for (let trail = 0x41; trail <= (lead < 0xa1 ? 0xfe : 0xa0); trail++) {
      if ((trail > 0x5a && trail < 0x61) || (trail > 0x7a && trail < 0x81)) continue;
      while (present.has(syllable)) syllable++;
      if (syllable <= LAST) codes[(lead << 8) | trail] = syllable++;
    }
  }
  return codes;
}

/** @param fatal whether bytes that are no text throw, or become U+FFFD */
export function createEucKrDecoder(fatal: boolean) {
  table ??= makeTable();
  const codes = table;
  let lead = 0;
  const fail = (): number => {
    if (fatal) throw new TypeError('not euc-kr');
    return REPLACEMENT;
  };
  return {
    decode(bytes: Uint8Array, more: boolean): string {
      const out = new Uint16Array(bytes.length + 1);
      let length = 0;
      for (const byte of bytes) {
        if (lead !== 0) {
          const code = codes[(lead << 8) | byte]!;
          lead = 0;
          out[length++] = code || fail();
          // an ASCII byte is never a part of what is wrong
          if (code !== 0 || byte >= 0x80) continue;
        }
        if (byte < 0x80) out[length++] = byte;
        else if (byte >= FIRST_LEAD && byte <= LAST_LEAD) lead = byte;
        else out[length++] = fail();
      }
      if (!more && lead !== 0) {
        lead = 0;
        out[length++] = fail();
      }
      return Buffer.from(out.buffer, 0, 2 * length).toString('utf16le');
    },
  };
}
