import chalk from 'chalk';
import type { Command } from 'commander';
import { explainSchema, fromFlags, parseLayers } from '../config/index.ts';
import { RnnError } from '../errors.ts';
import {
  formatLecture,
  giveLecture,
  type Lecture,
  lecturePage,
  lectureScenes,
  paginate,
  TEXTS,
} from '../lecture/index.ts';
import { checkHtmlFile, writeHtml } from './html-file.ts';
import { addFlags } from './options.ts';
import { print, toJson, withMore, write } from './output.ts';
import { stepThrough } from './stepper.ts';

const MAX_WIDTH = 100;

export function configure(command: Command): void {
  addFlags(command, explainSchema)
    .addHelpText(
      'after',
      '\nIn a terminal: space shows the next screen, b the one before, q leaves.\nThrough a pipe: everything at once.\n' +
        'A page: the space bar, the arrows or a clicker; f for the full screen; a button\nfor the other language.\n' +
        '\nExamples:\n  $ rnn explain hello\n  $ rnn explain 안녕하세요 --lang ko --html lecture.html\n',
    )
    .action(run);
}

async function run(word: string | undefined, flags: Record<string, unknown>): Promise<void> {
  const { lang, html, rngSeed, json } = parseLayers(explainSchema, [fromFlags(flags)]);
  await checkHtmlFile(html, []);
  const lecture = lectureOn(word ?? 'hello', rngSeed);
  const texts = TEXTS[lang];
  const scenes = lectureScenes(lecture, texts);
  if (html !== undefined) await writeHtml(html, lecturePage(lecture, lang));
  if (json) return print(`${toJson(lecture)}\n`);
  if (html !== undefined) return;
  const { stdin, stdout, env } = process;
  const ascii = env.TERM === 'dumb';
  const style = () => ({ width: Math.min(stdout.columns || 80, MAX_WIDTH), ascii, color: chalk });
  if (stdin.isTTY && stdout.isTTY && !ascii) {
    process.exitCode = await stepThrough(() => paginate(scenes, texts, style(), stdout.rows || 24));
  } else {
    // colours are escape sequences of our own, so this text goes out as it is
    await write(formatLecture(scenes, style()));
  }
}

function lectureOn(word: string, rngSeed: number): Lecture {
  try {
    return giveLecture(word, rngSeed);
  } catch (error) {
    const isUnfit = error instanceof RnnError && error.code === 'usage';
    throw isUnfit ? withMore(error, 'try rnn explain hello') : error;
  }
}
