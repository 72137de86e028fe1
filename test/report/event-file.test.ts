import { describe, expect, it } from 'vitest';
import { scalarsRecord, sessionRecord, textRecord, versionRecord } from '../../src/report/event-file.ts';

/** CRC-32C bit by bit, as division of polynomials: no table, no bytes. */
function naiveCrc(data: Uint8Array): number {
  let crc = 0xffffffffn;
  for (const byte of data) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ 0x82f63b78n : crc >> 1n;
  }
  return Number(crc ^ 0xffffffffn);
}

const masked = (crc: number): number =>
  Number((((BigInt(crc) >> 15n) | ((BigInt(crc) << 17n) & 0xffffffffn)) + 0xa282ead8n) & 0xffffffffn);

/** The data of each record, whose lengths and checksums are looked at. */
function framed(file: Buffer): Buffer[] {
  const records: Buffer[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(file.readBigUInt64LE(at));
    const data = file.subarray(at + 12, at + 12 + length);
    expect(file.readUInt32LE(at + 8)).toBe(masked(naiveCrc(file.subarray(at, at + 8))));
    expect(file.readUInt32LE(at + 12 + length)).toBe(masked(naiveCrc(data)));
    records.push(data);
    at += 16 + length;
  }
  return records;
}

type Fields = [field: number, value: number | Buffer][];

/** The fields of a protocol buffer, by their kinds. */
function fieldsOf(data: Buffer): Fields {
  const fields: Fields = [];
  let at = 0;
  const varint = (): number => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = data[at++]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return Number(value);
    }
  };
  while (at < data.length) {
    const key = varint();
    const [field, kind] = [key >> 3, key & 7];
    if (kind === 0) fields.push([field, varint()]);
    if (kind === 1) {
      fields.push([field, data.readDoubleLE(at)]);
      at += 8;
    }
    if (kind === 5) {
      fields.push([field, data.readFloatLE(at)]);
      at += 4;
    }
    if (kind === 2) {
      const length = varint();
      fields.push([field, data.subarray(at, at + length)]);
      at += length;
    }
  }
  return fields;
}

const inside = (fields: Fields, field: number): Fields =>
  fieldsOf(fields.find(([name]) => name === field)![1] as Buffer);

describe('event files', () => {
  it('the naive checksum is CRC-32C: its check value of RFC 3720', () => {
    expect(naiveCrc(Buffer.from('123456789'))).toBe(0xe3069283);
    expect(naiveCrc(Buffer.alloc(32))).toBe(0x8a9136aa);
  });

  it('begin with their version; a resumed session says so; each record is framed by its checksums', () => {
    const at = { seconds: 1795719290.25, step: 0 };
    const file = Buffer.concat([versionRecord(at), sessionRecord({ ...at, step: 301 })]);
    const [version, session] = framed(file);
    expect(fieldsOf(version!)).toEqual([
      [1, 1795719290.25],
      [2, 0],
      [3, Buffer.from('brain.Event:2')],
    ]);
    // SessionLog, whose status 1 is START
    expect(fieldsOf(session!).slice(0, 2)).toEqual([
      [1, 1795719290.25],
      [2, 301],
    ]);
    expect(inside(fieldsOf(session!), 7)).toEqual([[1, 1]]);
  });

  it.each([0, 127, 128, 300, 2 ** 31, 2 ** 40 + 5])(
    'step %d comes back, with its figures in float32',
    (step) => {
      const [data] = framed(scalarsRecord({ seconds: 7, step }, { 'bpc/train': 1.7, 'gradient/norm': 0.25 }));
      const [, [, gotStep], [field, summary]] = fieldsOf(data!) as [
        unknown,
        [number, number],
        [number, Buffer],
      ];
      expect([gotStep, field]).toEqual([step, 5]);
      expect(fieldsOf(summary).map(([, value]) => fieldsOf(value as Buffer))).toEqual([
        [
          [1, Buffer.from('bpc/train')],
          [2, Math.fround(1.7)],
        ],
        [
          [1, Buffer.from('gradient/norm')],
          [2, 0.25],
        ],
      ]);
    },
  );

  it('a text is a string tensor of the plugin text', () => {
    const text = `안녕\n${'x'.repeat(300)}`;
    const [data] = framed(textRecord({ seconds: 7, step: 9 }, 'sample', text));
    const value = inside(inside(fieldsOf(data!), 5), 1);
    expect(value[0]).toEqual([1, Buffer.from('sample')]);
    const tensor = inside(value, 8);
    expect([tensor[0], tensor[2]]).toEqual([
      [1, 7],
      [8, Buffer.from(text)],
    ]);
    expect(inside(inside(tensor, 2), 2)).toEqual([[1, 1]]);
    expect(inside(inside(value, 9), 1)).toEqual([[1, Buffer.from('text')]]);
  });
});
