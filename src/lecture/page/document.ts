import { clientScript } from '../../report/built.ts';
import { escapeHtml, htmlPage } from '../../report/page/document.ts';
import { type Block, type Chapter, groupBlocks, quotedText, type Scene } from '../blocks.ts';
import type { Lecture } from '../lecture.ts';
import { lectureChapters, TEXTS } from '../scenes/index.ts';
import type { Texts } from '../texts/texts.ts';
import { blockHtml } from './block-html.ts';
import { rich } from './rich.ts';
import { STYLE } from './style.ts';

/**
 * The lecture as one page, in both languages: all scenes in order, and one at a time for those who let the script run.
 * @param first the language that is shown before the reader chooses
 */
export function lecturePage(lecture: Lecture, first: Texts['language']): string {
  const languages = [TEXTS[first], ...Object.values(TEXTS).filter(({ language }) => language !== first)];
  return htmlPage({
    title: TEXTS[first].start.title(quotedText([lecture.word])),
    language: first,
    body: languages.map((texts) => article(lecture, texts, first)).join('\n'),
    style: STYLE,
    script: clientScript('lecture'),
  });
}

function article(lecture: Lecture, texts: Texts, first: Texts['language']): string {
  const { language, page, start } = texts;
  const chapters = lectureChapters(lecture, texts);
  const scenes = chapters.flatMap((chapter) =>
    chapter.scenes.map((scene) => ({ ...scene, chapter: chapter.title })),
  );
  const sections = scenes.map((scene, i) => {
    const begins = i === 0 ? `${intro(texts)}${contents(chapters, texts)}` : '';
    return section(scene, language, page.position(i + 1, scenes.length), begins);
  });
  const title = escapeHtml(start.title(quotedText([lecture.word])));
  const part = escapeHtml(page.part('{part}', '{parts}'));
  return `<article lang="${language}" data-title="${title}" data-part="${part}"${language === first ? '' : ' hidden'}>
${bar(texts)}
${sections.join('\n')}
</article>`;
}

function bar({ language, page }: Texts): string {
  const others = Object.values(TEXTS).filter((texts) => texts.language !== language);
  const switches = others.map(
    (other) =>
      `<button type="button" data-language="${other.language}" lang="${other.language}">${rich(other.page.name)}</button>`,
  );
  return `<div class="bar" hidden>
<button type="button" data-go="-1"><span aria-hidden="true">← </span>${rich(page.previous)}</button>
<button type="button" data-go="1">${rich(page.next)}<span aria-hidden="true"> →</span></button>
<p role="status"></p>
<span class="tools"><button type="button" data-all aria-pressed="false">${rich(page.all)}</button>
<button type="button" data-full aria-pressed="false">${rich(page.fullScreen)}</button>
${switches.join('')}</span>
<span class="progress" aria-hidden="true"></span>
</div>`;
}

const intro = ({ page }: Texts): string =>
  `<div class="group"><p class="quiet">${rich(page.shading)}</p><p class="quiet keys">${rich(page.keys)}</p></div>`;

function contents(chapters: readonly Chapter[], { language, page }: Texts): string {
  const items = chapters.map(({ title, scenes }) => {
    const links = scenes.map(({ id, title }) => `<li><a href="#${language}-${id}">${rich(title)}</a></li>`);
    return `<li>${rich(title)}<ul>${links.join('')}</ul></li>`;
  });
  return `<div class="group wide"><details><summary>${rich(page.contents)}</summary><ol>${items.join('')}</ol></details></div>`;
}

type Placed = Scene & { chapter: string };

function section(
  { id, title, blocks, chapter }: Placed,
  language: string,
  position: string,
  more: string,
): string {
  const name = `${language}-${id}`;
  const groups = groupBlocks(blocks).map(
    (group) =>
      `<div class="group${group.some(isWide) ? ' wide' : ''}">${group.map(blockHtml).join('\n')}</div>`,
  );
  const [level, over] = id === 'start' ? ['h1', ''] : ['h2', `<p class="chapter quiet">${rich(chapter)}</p>`];
  return `<section id="${name}" aria-labelledby="${name}-title" data-position="${escapeHtml(position)}">
${over}<${level} id="${name}-title" tabindex="-1">${rich(title)}</${level}>
<div class="groups">${groups.join('\n')}${more}</div>
</section>`;
}

/** What half the width of a screen is too narrow for. */
function isWide(block: Block): boolean {
  if (block.kind === 'network') return block.inputs.length > WIDE.steps;
  if (block.kind === 'definitions') return true;
  if (block.kind !== 'equation') return false;
  const columns = block.terms.map((term) =>
    typeof term === 'string' ? 0.5 : term.values[0]!.length + (term.rows ? 1 : 0) + 0.5,
  );
  return columns.reduce((a, b) => a + b, 0) > WIDE.columns;
}

const WIDE = { steps: 6, columns: 12 };
