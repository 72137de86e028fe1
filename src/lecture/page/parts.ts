/** Numbers are shaded by sign and size; 30 % of a colour under the ink keeps a contrast above 7:1 in light and dark. */
export const STYLE = `
:lang(ko) p, :lang(ko) li, :lang(ko) h1, :lang(ko) h2 { word-break: keep-all; }
sub { line-height: 0; font-size: .72em; }
section { scroll-margin-top: 4rem; padding: .2rem 0 1.2rem; border-bottom: 1px solid var(--line); }
section[hidden], .steps[hidden] { display: none; }
section h2 { margin-top: .8rem; }
h2:focus { outline: none; }
.steps { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: .5rem; align-items: center;
  padding: .6rem 0; margin: 1rem 0; background: var(--ground); border-bottom: 1px solid var(--line); }
.steps p { margin: 0 0 0 .4rem; }
.steps button { cursor: pointer; }
.steps button:disabled { color: var(--quiet); border-color: var(--line); cursor: default; }
.steps button[aria-pressed=true] { background: var(--band); }
details { margin: 1rem 0; }
summary { cursor: pointer; }
.scroll, pre { overflow-x: auto; max-width: 100%; padding: 3px; }
pre { margin: .8rem 0 .8rem 1rem; line-height: 1.7; }
figure { margin: 1rem 0; }
.equation { display: flex; flex-wrap: wrap; align-items: center; gap: .4rem .5rem; margin: .6rem 0 1.2rem; }
.term { display: flex; align-items: center; gap: .5rem; }
.sign { font-size: 1.25rem; font-weight: 600; white-space: nowrap; padding-top: 1.5rem; }
.grid caption { padding-bottom: .15rem; }
.grid th, .grid td { border: 0; padding: .08rem .45rem; text-align: right; white-space: nowrap; }
.grid th { font-weight: 400; color: var(--quiet); }
.grid tbody { --edge: 2px solid var(--ink); }
.grid tbody td:first-of-type { border-left: var(--edge); }
.grid tbody td:last-of-type { border-right: var(--edge); }
.grid tbody tr:first-child td:first-of-type { border-top-left-radius: 7px; }
.grid tbody tr:last-child td:first-of-type { border-bottom-left-radius: 7px; }
.grid tbody tr:first-child td:last-of-type { border-top-right-radius: 7px; }
.grid tbody tr:last-child td:last-of-type { border-bottom-right-radius: 7px; }
.grid { border-collapse: separate; border-spacing: 0; }
.plus { background: color-mix(in srgb, var(--accent) calc(var(--share) * .3%), transparent); }
.minus { background: color-mix(in srgb, var(--warm) calc(var(--share) * .3%), transparent); }
.mark { font-weight: 700; text-decoration: underline 2px; text-underline-offset: 3px; }
table caption { text-align: left; font-weight: 600; white-space: nowrap; }
.grid caption { text-align: center; }
tbody th { font-weight: 400; }
.number { text-align: right; }
.bar { display: inline-block; height: .8rem; margin-right: .5rem; background: var(--quiet); border-radius: 2px; vertical-align: -1px; }
.bar.right { background: var(--accent); }
.network { display: block; height: auto; max-width: 100%; --tone: var(--accent); }
.network.backward { --tone: var(--warm); }
.network path { fill: none; stroke: var(--ink); stroke-width: 1.6; }
.network circle, .network rect { fill: var(--panel); stroke: var(--ink); stroke-width: 1.6; }
.network .character, .network .state { font-size: 15px; }
.network .index { font-size: 10px; }
.network .weight { font-size: 11px; fill: var(--quiet); }
.network path.active, .network .active circle, .network .active rect { stroke: var(--tone); stroke-width: 3.2; }
.network .active text { font-weight: 700; }
.network path.later, .network .later circle, .network .later rect { stroke: var(--quiet); stroke-width: 1; stroke-dasharray: 3 3; }
.network .later text { fill: var(--quiet); }
@media (max-width: 40rem) { .keys { display: none; } .grid th, .grid td { padding: .08rem .3rem; } }
@media print { .steps, details { display: none; } section[hidden] { display: block; } }
`;

/** One scene at a time, by buttons and arrow keys; the address names the scene, and a screen reader hears where it is. */
export const SCRIPT = `
const scenes = [...document.querySelectorAll('main > section')];
const bar = document.querySelector('.steps');
const [previous, next] = bar.querySelectorAll('[data-go]');
const mode = bar.querySelector('[data-mode]');
const status = bar.querySelector('[role=status]');
const named = () => scenes.findIndex(({ id }) => '#' + id === location.hash);
let at = Math.max(0, named());

function draw() {
  const all = mode.ariaPressed === 'true';
  scenes.forEach((scene, i) => { scene.hidden = !all && i !== at; });
  previous.disabled = at === 0;
  next.disabled = at === scenes.length - 1;
  status.textContent = scenes[at].dataset.position;
  for (const box of document.querySelectorAll('.scroll, pre')) {
    const wide = box.scrollWidth > box.clientWidth;
    if (wide) box.tabIndex = 0; else box.removeAttribute('tabindex');
  }
}
function go(place) {
  if (place < 0 || place >= scenes.length) return;
  at = place;
  history.replaceState(null, '', '#' + scenes[at].id);
  draw();
  const title = scenes[at].querySelector('h2');
  title.focus({ preventScroll: true });
  scrollTo({ top: title.getBoundingClientRect().top + scrollY - bar.offsetHeight - 12 });
}
previous.onclick = () => go(at - 1);
next.onclick = () => go(at + 1);
mode.onclick = () => {
  mode.ariaPressed = String(mode.ariaPressed !== 'true');
  draw();
};
addEventListener('hashchange', () => { if (named() >= 0) go(named()); });
addEventListener('resize', draw);
addEventListener('keydown', (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.target.matches('.scroll, pre')) return;
  if (event.key === 'ArrowRight') go(at + 1);
  if (event.key === 'ArrowLeft') go(at - 1);
});
bar.hidden = false;
draw();
`;
