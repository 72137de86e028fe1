import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { rnn, temporaryFolder } from '../support/cli.ts';

const cwd = temporaryFolder();
const write = (name: string, content: string | Uint8Array) => writeFileSync(join(cwd, name), content);
const run = (...args: string[]) => rnn(args, { cwd });
const json = async (...args: string[]) => {
  const { code, stdout, stderr } = await run(...args, '--json');
  expect([code, stderr.includes('error')]).toEqual([0, false]);
  return JSON.parse(stdout) as Record<string, unknown>;
};

const PROSE = '“The baker is not ours,” she said — it’s true…\nIt cost €8 in the café.\n'.repeat(12);
const PLAIN = 'The baker said "it is true" - and it was.\nIt cost 8 in the end, (they say).\n'.repeat(12);
const KOREAN = '봄이 오면 산에 들에\n진달래 피네\n'.repeat(20);
/** windows-1252 and latin1 differ where this text has quotes and dashes. */
const windows1252 = (text: string) => {
  const high = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';
  return Uint8Array.from(text, (c) => (high.includes(c) ? 0x80 + high.indexOf(c) : c.charCodeAt(0)));
};
const TRAIN = [
  '--hidden',
  '8',
  '--steps',
  '2',
  '--batch-size',
  '2',
  '--seq-length',
  '10',
  '--sample-every',
  '0',
];

beforeAll(async () => {
  write('prose1252.txt', windows1252(PROSE));
  write('prose.txt', PROSE);
  write('plain.txt', PLAIN);
  write('korean.txt', KOREAN);
  write('crlf.txt', PLAIN.replaceAll('\n', '\r\n'));
  write('cr.txt', PLAIN.replaceAll('\n', '\r'));
  write('empty.txt', '');
  write('mark.txt', '\ufeff');
  write('korean-nfd.txt', KOREAN.normalize('NFD'));
  write('utf16le-mark.txt', Buffer.from(`\ufeff${PLAIN}`, 'utf16le'));
  write('utf16le.txt', Buffer.from(PLAIN, 'utf16le'));
  write('cut.txt', Buffer.from('abc 봄').subarray(0, 6));
  write('picture.png', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d));
  write('zalgo.txt', `abc\ne${'\u0301'.repeat(5000)}`);
  write('nul.txt', 'a\0b\0\0c The end.\n'.repeat(9));
  const models = [
    ['prose1252.txt', '--encoding', 'windows-1252'],
    ['plain.txt'],
    ['korean.txt', '--unit', 'byte'],
    ['crlf.txt', '--unit', 'grapheme'],
  ];
  const results = await Promise.all(models.map((args) => run('train', ...args, ...TRAIN)));
  expect(results.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
});

const PROSE_MODEL = 'checkpoints/prose1252.json';
const PLAIN_MODEL = 'checkpoints/plain.json';
const BYTE_MODEL = 'checkpoints/korean.json';
const GRAPHEME_MODEL = 'checkpoints/crlf.json';

/** Each command that reads a text, for a model. */
const commands = (model: string, text: string): string[][] => [
  ['eval', model, text],
  ['neurons', model, text, '--length', '80'],
  ['inspect-gradients', model, '--text', text, '--no-check', '--anchors', '2', '--lags', '4'],
  ['sample', model, '--seed', `@${text}`, '--len', '3'],
];

describe('any file, any model: a result or one sentence', () => {
  const files = [
    'prose1252.txt',
    'prose.txt',
    'korean.txt',
    'korean-nfd.txt',
    'crlf.txt',
    'cr.txt',
    'empty.txt',
    'mark.txt',
    'utf16le-mark.txt',
    'utf16le.txt',
    'cut.txt',
    'picture.png',
    'zalgo.txt',
    'nul.txt',
  ];
  const MODELS = [PLAIN_MODEL, BYTE_MODEL, GRAPHEME_MODEL];
  const UNITS = ['codepoint', 'byte', 'grapheme'];

  it.each(files.map((file, i) => [file, i] as const))('%s', async (file, i) => {
    const calls = [
      ...commands(MODELS[i % 3]!, file),
      ['train', file, '--unit', UNITS[(i + 1) % 3]!, ...TRAIN, '--out', 'sweep'],
    ];
    const results = await Promise.all(calls.map((args) => run(...args)));
    results.forEach(({ code, stdout, stderr }, call) => {
      const problems = stderr.split('\n').filter((line) => line.startsWith('error: '));
      expect([code, problems.length], `${calls[call]}: ${stderr}`).toEqual(code === 0 ? [0, 0] : [1, 1]);
      // training without --json has nothing to print
      expect(stdout !== '', `${calls[call]}: ${stderr}`).toBe(code === 0 && calls[call]![0] !== 'train');
    });
  });
});

describe('a text is read as the corpus of the model was', () => {
  it('its encoding is the default of every command, and a flag goes before it', async () => {
    const { characters } = await json('eval', PROSE_MODEL, 'prose1252.txt');
    expect(characters).toBe(PROSE.length - 1);
    expect((await json('neurons', PROSE_MODEL, 'prose1252.txt', '--length', '9')).characters).toEqual([
      ...PROSE.slice(0, 9),
    ]);
    expect((await json('sample', PROSE_MODEL, '--seed', '@prose1252.txt', '--len', '1')).seed).toBe(PROSE);
    const inspect = ['inspect-gradients', PROSE_MODEL, '--no-check', '--anchors', '2', '--lags', '4'];
    expect((await json(...inspect, '--text', 'prose1252.txt')).skipped).toBe(0);
    await Promise.all(
      commands(PROSE_MODEL, 'prose.txt').map(async (args) => {
        expect((await run(...args)).stderr).toMatch(
          /^error: (--seed|.*prose\.txt): the model does not know /,
        );
        expect((await run(...args, '--encoding', 'UTF8')).code).toBe(0);
      }),
    );
  });

  it('bytes that are no text: the flags that are advised exist', async () => {
    write('bad.txt', Buffer.concat([Buffer.from(PLAIN), Buffer.of(0xff), Buffer.from(PLAIN)]));
    for (const args of commands(PLAIN_MODEL, 'bad.txt')) {
      expect((await run(...args)).stderr).toBe(
        `error: bad.txt: byte 0xff at offset ${PLAIN.length} (line 25) is not utf-8; expected utf-8 text: give its --encoding, or use --invalid replace\n`,
      );
      const replaced = await run(...args, '--invalid', 'replace', '--unknown', 'skip');
      expect([replaced.code, replaced.stderr.split('\n')[0]]).toEqual([
        0,
        args[0] === 'neurons'
          ? ''
          : `note: left out 1 of ${(2 * PLAIN.length + 1).toLocaleString('en')} characters, which the model does not know`,
      ]);
    }
  });

  it('an encoding that is none is refused by name', async () => {
    expect((await run('eval', PLAIN_MODEL, 'plain.txt', '--encoding', 'utf-9')).stderr).toBe(
      'error: --encoding: expected an encoding such as utf-8, utf-16le, windows-1252, gbk, shift_jis or euc-kr, got "utf-9"\n',
    );
  });

  it('what is left out is counted', async () => {
    write('some.txt', 'The Ωbaker saidΩ it\n');
    const note = 'note: left out 2 of 20 characters, which the model does not know\n';
    for (const args of [
      ...commands(PLAIN_MODEL, 'some.txt'),
      ['sample', PLAIN_MODEL, '--seed', 'The Ωbaker saidΩ it.', '--len', '1'],
    ]) {
      const { code, stdout, stderr } = await run(...args, '--unknown', 'skip', '--json');
      expect([code, stderr, (JSON.parse(stdout) as { skipped: number }).skipped]).toEqual([0, note, 2]);
    }
  });
});

describe('many texts', () => {
  it('files, folders and globs wherever train takes them', async () => {
    mkdirSync(join(cwd, 'many/checkpoints'), { recursive: true });
    write('many/a.txt', 'The baker said it.\n');
    write('many/b.txt', 'It was true');
    write('many/c.txt', ' in the end.\n');
    writeFileSync(join(cwd, 'many/checkpoints/plain.json'), readFileSync(join(cwd, PLAIN_MODEL)));
    const note =
      'note: left out many/checkpoints/plain.json: a checkpoint is no text\n' +
      'note: many/b.txt does not end with a line break: the next file goes on in the same line\n';
    const all = 'The baker said it.\nIt was true in the end.\n';
    const folder = await run('eval', PLAIN_MODEL, 'many', '--json');
    expect([
      folder.code,
      folder.stderr,
      (JSON.parse(folder.stdout) as { characters: number }).characters,
    ]).toEqual([0, note, all.length - 1]);
    expect((await json('eval', PLAIN_MODEL, 'many/a.txt', 'many/b.txt')).characters).toBe(29);
    expect((await json('neurons', PLAIN_MODEL, 'many/*.txt')).characters).toEqual([...all]);
    expect(
      (await run('inspect-gradients', PLAIN_MODEL, '--no-check', '--text', 'many/a.txt', 'many/c.txt'))
        .stdout,
    ).toContain('2 files');
    expect((await run('eval', PLAIN_MODEL, PLAIN_MODEL)).stderr).toBe(
      `error: ${PLAIN_MODEL}: expected a text, got a checkpoint of a model\n`,
    );
  });

  it('a folder that comes to hold its own checkpoints stays the same corpus', async () => {
    mkdirSync(join(cwd, 'home'));
    write('home/a.txt', PLAIN);
    const train = () => run('train', 'home', ...TRAIN, '--out', 'home/checkpoints');
    expect((await train()).stderr).toContain(`${PLAIN.length.toLocaleString('en')} characters`);
    const second = await train();
    expect(second.stderr).toContain(`${PLAIN.length.toLocaleString('en')} characters`);
    expect(second.stderr).toMatch(
      /^note: left out home\/checkpoints\/home\S*\.json and 1 more: a checkpoint is no text\n/,
    );
    expect(readdirSync(join(cwd, 'home/checkpoints')).length).toBe(4);
  });

  it('standard input is read once', async () => {
    const args = ['inspect-gradients', PLAIN_MODEL, '--compare', PLAIN_MODEL, '--text', '-'];
    expect((await rnn(args, { cwd, input: PLAIN })).stderr).toBe(
      'error: --text -: standard input can be read only once, --compare reads the text twice; name a file\n',
    );
  });
});

describe('seeds and ends', () => {
  const seedOf = async (seed: string, ...more: string[]) =>
    (await json('sample', PLAIN_MODEL, '--len', '1', '--seed', seed, ...more)).seed;

  it('escapes stand for what a shell has no way to write', async () => {
    expect(await seedOf('said\\nIt')).toBe('said\nIt');
    expect(await seedOf('\\u{54}he \\u{0062}aker')).toBe('The baker');
    // what is no escape stays, and is unknown to this model
    for (const seed of ['it\\\\was', 'it\\was', '\\u{110000}', '\\N']) {
      expect((await run('sample', PLAIN_MODEL, '--seed', seed)).stderr).toContain(
        'error: --seed: the model does not know "\\\\"',
      );
    }
  });

  it('@@ is an @', async () => {
    expect((await run('sample', PLAIN_MODEL, '--seed', '@@plain.txt')).stderr).toContain(
      '--seed: the model does not know "@"',
    );
    expect(await seedOf('@@aker', '--unknown', 'skip')).toBe('aker');
  });

  it('nothing to continue has its own sentence', async () => {
    const empty = await rnn(['sample', PLAIN_MODEL, '--seed', '-'], { cwd });
    expect(empty.stderr).toBe('error: standard input: expected text to continue, got none (empty)\n');
    expect((await run('sample', PLAIN_MODEL, '--seed', 'ΩΩ', '--unknown', 'skip')).stderr).toBe(
      'error: --seed: expected text to continue, got none that the model knows (2 left out)\n',
    );
  });

  it('--stop compares characters, also those of several bytes, and must be known', async () => {
    // with every byte as probable as any other a byte appears soon, a whole character by luck
    const random = (stop: string) =>
      json(
        'sample',
        BYTE_MODEL,
        '--temperature',
        '1000000',
        '--rng-seed',
        '1',
        '--len',
        '2000',
        '--stop',
        stop,
      );
    const { text } = (await json(
      'sample',
      BYTE_MODEL,
      '--temperature',
      '1000000',
      '--rng-seed',
      '1',
      '--len',
      '2000',
    )) as { text: string };
    const [character] = /[가-힣]/.exec(text)!;
    expect((await random(character)).text).toBe(text.slice(0, text.indexOf(character) + 1));
    expect((await run('sample', PLAIN_MODEL, '--stop', 'Ω.')).stderr).toBe(
      'error: --stop: the model does not know "Ω"; it can never write that; name another string\n',
    );
    expect(
      (await json('sample', PLAIN_MODEL, '--stop', '\\n', '--len', '5000', '--rng-seed', '2')).text,
    ).toMatch(/^[^\n]*\n$/);
  });
});

describe('people see characters', () => {
  it('a byte model shows the text; its data are bytes', async () => {
    const perChar = await run('eval', BYTE_MODEL, 'korean.txt', '--per-char');
    expect(perChar.stdout.startsWith(`${KOREAN}\n\n  expected`)).toBe(true);
    const { units, bits, nats } = (await json('eval', BYTE_MODEL, 'korean.txt', '--per-char')) as {
      units: string[];
      bits: (number | null)[];
      nats: number;
    };
    expect(units.slice(0, 4)).toEqual(['0xeb', '0xb4', '0x84', '0xec']);
    expect(bits.reduce<number>((sum, value) => sum + (value ?? 0), 0) * Math.LN2).toBeCloseTo(nats, 6);
    const neurons = await run('neurons', BYTE_MODEL, 'korean.txt', '--length', '59');
    expect(neurons.stdout.startsWith(`${Buffer.from(KOREAN).subarray(0, 59).toString()}`)).toBe(true);
    const data = (await json('neurons', BYTE_MODEL, 'korean.txt', '--length', '59')) as {
      characters: string[];
      values: number[];
    };
    expect([data.characters.length, data.values.length, data.characters[0]]).toEqual([59, 59, '0xeb']);
  });

  it('\\r\\n ends a line as one grapheme', async () => {
    const { stdout } = await run('neurons', GRAPHEME_MODEL, 'crlf.txt', '--length', '100');
    expect(stdout.split('\n')[0]).toBe(PLAIN.split('\n')[0]);
    expect((await run('sample', GRAPHEME_MODEL, '--stop', '\\r\\n', '--len', '1')).code).toBe(0);
  });
});
