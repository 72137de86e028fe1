export const STYLE = `
.strip { display: block; width: 100%; height: 1.3rem; image-rendering: pixelated; border: 1px solid var(--line); }
.snapshots { display: flex; flex-wrap: wrap; gap: .3rem 1rem; align-items: center; margin: .4rem 0; }
.snapshots input { flex: 1 1 12rem; max-width: 40rem; }
.play textarea { display: block; width: 100%; font: 1rem/1.5 ui-monospace, "Cascadia Mono", Menlo, Consolas, "Noto Sans Mono CJK KR", monospace;
  color: var(--ink); background: var(--panel); border: 1px solid var(--quiet); border-radius: 6px; padding: .4rem .6rem; resize: vertical; }
.play textarea[aria-invalid=true] { border-color: var(--bad); }
.play .unknown { color: var(--bad); margin: .3rem 0; min-height: 1.5em; max-width: none; overflow-wrap: anywhere; }
.play-columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: .5rem 2.5rem; }
.play h3 { font-size: 1rem; margin: .6rem 0 .2rem; }
.play-columns p, .writing p { margin: .3rem 0; }
.bars { list-style: none; margin: .4rem 0; padding: 0; }
.bars button { display: grid; grid-template-columns: 1.2rem minmax(1.6rem, auto) 1fr 4.2rem; gap: .5rem; align-items: center; width: 100%;
  padding: .1rem .3rem; border: 0; background: none; cursor: pointer; text-align: left; }
.bars button:hover { background: var(--band); }
.bars kbd { color: var(--quiet); font-size: .8rem; }
.bars .sign { font: 600 1.05rem ui-monospace, "Cascadia Mono", Menlo, Consolas, "Noto Sans Mono CJK KR", monospace; white-space: pre; }
.bars .track { position: relative; height: 1rem; }
.bars .own, .bars .shaped { position: absolute; left: 0; top: 0; bottom: 0; border-radius: 2px; }
.bars .own { border: 1px solid var(--quiet); }
.bars .shaped { background: var(--accent); top: 3px; bottom: 3px; }
.bars .share { text-align: right; font-variant-numeric: tabular-nums; }
.bars .off .sign, .bars .off .share { color: var(--quiet); font-weight: 400; }
.bars .others { color: var(--quiet); padding: .2rem .3rem; }
.settings { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 13rem), 1fr)); gap: .4rem 1.5rem; align-items: end; margin: .6rem 0; }
.settings .field label { display: flex; justify-content: space-between; gap: .6rem; align-items: center; }
.settings .field input[type=number] { width: 6.5rem; font: inherit; color: var(--ink); background: var(--panel); border: 1px solid var(--quiet); border-radius: 6px; padding: .15rem .4rem; }
.settings .field input[type=range] { width: 100%; }
.settings .check { display: flex; gap: .5rem; align-items: center; }
.row-name { font-size: .9rem; margin: .5rem 0 .1rem; overflow-wrap: anywhere; }
.formula { font-family: ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; font-size: .9rem; overflow-wrap: anywhere; }
.labelled { display: grid; grid-template-columns: 3.6rem 1fr; align-items: center; font-size: .9rem; }
.written pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: .7rem; margin: .5rem 0; }
.command { overflow-wrap: anywhere; }
`;
