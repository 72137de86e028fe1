import { clientScript, uPlotSources } from '../../built.ts';
import { harmlessLine } from '../../escape.ts';
import { escapeHtml, htmlPage } from '../document.ts';
import { both, labelOf, wordsHtml } from '../languages.ts';
import { toolBar } from '../look.ts';
import { curveSection } from './curve.ts';
import { driversSection } from './drivers.ts';
import { heatMapSection } from './heat-map.ts';
import { figuresSection, overview } from './overview.ts';
import type { Section } from './parts.ts';
import { said } from './phrases.ts';
import { reachSection } from './reach.ts';
import { eigenvalueSection, fanSection, lyapunovSection } from './spectra.ts';
import { gateSection, pathSection, saturationSection } from './states.ts';
import { STYLE } from './style.ts';
import type { PageSubject, Subjects } from './subject.ts';
import { flowSection, tensorSection } from './training.ts';

export type { PageSubject } from './subject.ts';

const SECTIONS = [
  curveSection,
  figuresSection,
  reachSection,
  eigenvalueSection,
  fanSection,
  lyapunovSection,
  saturationSection,
  gateSection,
  pathSection,
  tensorSection,
  flowSection,
  heatMapSection,
  driversSection,
];

/** The page of `rnn inspect-gradients --html`: one file with everything in it, about one model or two of them overlaid. */
export function inspectionPage(subject: PageSubject, compared?: PageSubject): string {
  const subjects: Subjects = (compared ? [subject, compared] : [subject]).map((each) => ({
    ...each,
    name: harmlessLine(each.name),
  }));
  const names = said((words) => words.names(subjects.map(({ name }) => name)));
  const sections = SECTIONS.map((section) => section(subjects)).filter((section) => section !== undefined);
  const { script, style } = uPlotSources();
  return htmlPage({
    title: `Gradients of ${names.en}`,
    titles: { en: `Gradients of ${names.en}`, ko: `${names.ko}의 기울기` },
    language: 'en',
    style: style + STYLE,
    script: script + clientScript('inspection'),
    body: `${toolBar(wordsHtml(names))}
<h1>${both(`How gradients flow back through time in ${escapeHtml(names.en)}`, `${escapeHtml(names.ko)}: 기울기는 어떻게 시간을 거슬러 가는가`)}</h1>
${overview(subjects)}
<nav ${labelOf({ en: 'Contents', ko: '차례' })}><ul>${sections.map(entry).join('')}</ul></nav>
${sections.map(({ html }) => html).join('\n')}`,
  });
}

const entry = ({ id, title }: Section): string => `<li><a href="#${id}">${title}</a></li>`;
