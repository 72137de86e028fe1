import chalk, { chalkStderr } from 'chalk';
import { Presets, SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import { type Checkpoint, readCheckpoint } from '../checkpoint/index.ts';
import { flagName, fromFlags, type InspectOptions, inspectSchema, parseLayers } from '../config/index.ts';
import { asIds, type Ids } from '../corpus/index.ts';
import { RnnError } from '../errors.ts';
import { type Asked, type Inspection, inspecting, takePictures } from '../inspect/index.ts';
import {
  comparisonOf,
  formatInspection,
  harmlessLine,
  type InspectionPalette,
  inspectionPage,
  type PageSubject,
  type Subject,
} from '../report/index.ts';
import { nextUpdate } from '../train/index.ts';
import { answersIn } from './answers.ts';
import { checkHtmlFile, writeHtml } from './html-file.ts';
import { labelsOf } from './labels.ts';
import { addFlags } from './options.ts';
import { toJson, write } from './output.ts';
import { readForModel, sayNote } from './text.ts';

export function configure(command: Command): void {
  addFlags(command, inspectSchema)
    .addHelpText(
      'after',
      '\nExamples:\n  $ rnn inspect-gradients checkpoints/tiny.json\n' +
        '  $ rnn inspect-gradients checkpoints/tiny.json --compare checkpoints/tiny-lstm.json --html flow.html\n' +
        '  $ rnn inspect-gradients checkpoints/tiny.json --fail-on vanishing exploding --json\n',
    )
    .action(run);
}

async function run(path: string, flags: Record<string, unknown>): Promise<void> {
  const options = parseLayers(inspectSchema, [fromFlags(flags)]);
  if (options.compare !== undefined && options.text.includes('-')) {
    throw new RnnError(
      'usage',
      '--text -: standard input can be read only once, --compare reads the text twice; name a file',
    );
  }
  const { html, compare, text } = options;
  const paths = compare === undefined ? [path] : [path, compare];
  const [label, otherLabel] = labelsOf(paths, options.label);
  await checkHtmlFile(html, [...paths, ...text]);
  const subject = await inspect(path, label!, options);
  const compared = compare === undefined ? undefined : await inspect(compare, otherLabel!, options);
  if (compared && text.length === 0 && compared.checkpoint.corpus.sha256 !== subject.checkpoint.corpus.sha256)
    sayNote('each model is measured on an excerpt of its own corpus; --text measures both on one text');
  const { inspection, skipped } = subject;
  if (html !== undefined) await writePage(html, subject, compared);
  if ((options.failOn as string[]).includes(inspection.answers.travel.kind)) process.exitCode = 1;
  if (options.json) {
    const both = compared && {
      comparison: comparisonOf([subject, compared]),
      compared: compared.inspection,
    };
    return write(`${toJson({ ...inspection, skipped, ...both })}\n`);
  }
  const width = Math.min(process.stdout.columns || 80, 120);
  // colours are escape sequences of our own, so this text goes out as it is
  await write(
    formatInspection(subject, { width, ascii: process.env.TERM === 'dumb', color: PALETTE }, compared),
  );
}

interface Inspected extends Subject {
  checkpoint: Checkpoint;
  /** of the text it was measured on */
  ids: Ids;
  /** characters of it that the model does not know */
  skipped: number;
}

async function inspect(path: string, name: string, options: InspectOptions): Promise<Inspected> {
  const checkpoint = await readCheckpoint(path);
  const { ids, name: source, skipped } = await readIds(path, checkpoint, options);
  const inspection = await inspectWithBar(path, checkpoint, ids, source, options);
  return { name, checkpoint, ids, skipped, inspection };
}

async function readIds(path: string, checkpoint: Checkpoint, options: InspectOptions) {
  if (options.text.length > 0) return readForModel(options.text, checkpoint, options, 'to inspect');
  if (checkpoint.imported !== undefined) {
    throw new RnnError(
      'usage',
      `${path}: expected a text, since an imported model comes without one; add --text FILE`,
    );
  }
  return { ids: asIds(checkpoint.excerpt), name: "the checkpoint's excerpt of its corpus", skipped: 0 };
}

/** The answers that the flags name. */
function askedBy({ answersAfter }: InspectOptions, { vocabulary }: Checkpoint, ids: Ids): Asked | undefined {
  if (answersAfter === undefined) return undefined;
  const name = `answers after ${JSON.stringify(answersAfter)}`;
  return { name, answers: answersIn(ids, vocabulary, answersAfter) };
}

async function writePage(path: string, subject: Inspected, compared?: Inspected): Promise<void> {
  const illustrated = ({ name, inspection, checkpoint, ids }: Inspected): PageSubject => ({
    name,
    inspection,
    pictures: takePictures(checkpoint, ids),
  });
  await writeHtml(path, inspectionPage(illustrated(subject), compared && illustrated(compared)));
}

/** Shows a bar on a terminal, redrawn after each part. */
async function inspectWithBar(
  path: string,
  checkpoint: Checkpoint,
  ids: Ids,
  source: string,
  options: InspectOptions,
): Promise<Inspection> {
  const asked = askedBy(options, checkpoint, ids);
  const work = inspecting(checkpoint, ids, source, { ...options, asked, nextUpdate, settingName: flagName });
  const bar = new SingleBar(
    {
      format: '{name} {bar} {doing}',
      barsize: 20,
      // Ctrl-C ends the process at once, whatever is being computed: the terminal must be as it was
      hideCursor: false,
      linewrap: true,
      clearOnComplete: true,
      noTTYOutput: false,
    },
    Presets.shades_classic,
  );
  bar.start(1, 0, { name: harmlessLine(path), doing: chalkStderr.dim('reading') });
  try {
    let next = work.next();
    for (; !next.done; next = work.next()) {
      const { doing, done, total } = next.value;
      bar.setTotal(total);
      bar.update(done, { doing });
      await new Promise((resolve) => setImmediate(resolve));
    }
    return next.value;
  } finally {
    bar.stop();
  }
}

const WHITE = 255;
const PALETTE: InspectionPalette = {
  bold: chalk.bold,
  dim: chalk.dim,
  cyan: chalk.cyan,
  yellow: chalk.yellow,
  shade: (text, strength) =>
    strength < 0.02
      ? text
      : chalk.bgRgb(WHITE, Math.round(WHITE - 90 * strength), Math.round(WHITE - 200 * strength)).black(text),
};
