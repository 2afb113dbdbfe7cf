/** How the page looks: no font, picture or script from elsewhere, light and dark, on paper as well. */
export const STYLE = `
:root { color-scheme: light dark; --paper: #fbfaf8; --card: #fff; --ink: #1d2327; --soft: #667079; --line: #e3e0da;
  --good: #2f7d55; --bad: #c0392b; --warn: #b7791f; --mild: #2d6f9f; --none: #c9c5bd; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171a; --card: #1c2024; --ink: #e8e6e1; --soft: #98a1a9; --line: #2d3338;
  --good: #58b386; --bad: #ef6f62; --warn: #e0a94a; --mild: #69aede; --none: #434a50; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
main { max-width: 66rem; margin: 0 auto; padding: 2.5rem 1.25rem 5rem; }
a { color: inherit; text-decoration-color: var(--soft); text-underline-offset: .2em; }
h1 { font-size: 1rem; font-weight: 600; letter-spacing: .02em; color: var(--soft); margin: 0 0 .4rem; }
h2 { font-size: 1.15rem; margin: 3rem 0 1rem; }
h3 { font-size: 1rem; margin: 0; overflow-wrap: anywhere; }
code { font: .86em/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
.verdict { font-size: clamp(1.7rem, 4.5vw, 2.7rem); line-height: 1.15; font-weight: 700; margin: 0; letter-spacing: -.02em; }
.verdict.good { color: var(--good); } .verdict.bad { color: var(--bad); } .verdict.open { color: var(--warn); }
.about { color: var(--soft); margin: .6rem 0 0; overflow-wrap: anywhere; }
.bar { display: flex; gap: 2px; height: .8rem; margin: 2rem 0 .8rem; }
.bar i { border-radius: 2px; min-width: 3px; }
.legend { display: flex; flex-wrap: wrap; gap: .3rem 1.6rem; margin: 0; padding: 0; list-style: none; }
.legend b { font-variant-numeric: tabular-nums; }
.legend i, .cell { display: inline-block; width: .8rem; height: .8rem; border-radius: 3px; }
.legend i { margin-right: .45rem; vertical-align: -.05rem; }
.right { background: var(--good); } .wrong { background: var(--bad); } .broke { background: var(--warn); }
.choice { background: var(--mild); } .without { background: var(--none); }
.map { display: grid; grid-template-columns: repeat(auto-fill, minmax(15.5rem, 1fr)); gap: .7rem 1.6rem; }
.step { border-top: 1px solid var(--line); padding-top: .45rem; display: grid; grid-template-columns: 1fr auto; gap: .5rem; align-items: start; }
.step span { font-size: .84rem; line-height: 1.35; color: var(--soft); }
.step span b { color: var(--ink); font-variant-numeric: tabular-nums; }
.cells { display: flex; flex-wrap: wrap; gap: 3px; justify-content: flex-end; max-width: 7.2rem; }
.cell:hover, .cell:focus-visible { outline: 2px solid var(--ink); outline-offset: 1px; }
.card { background: var(--card); border: 1px solid var(--line); border-left: .3rem solid var(--bad); border-radius: .45rem; padding: 1rem 1.2rem; margin: 0 0 .8rem; }
.card.medium, .card.broke { border-left-color: var(--warn); } .card.low, .card.info { border-left-color: var(--mild); }
.card header { display: flex; flex-wrap: wrap; gap: .3rem .8rem; align-items: baseline; justify-content: space-between; }
.tag { font-size: .74rem; font-weight: 600; text-transform: uppercase; letter-spacing: .06em; color: var(--soft); white-space: nowrap; }
.card dl, details dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1rem; margin: .7rem 0 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
details { border-top: 1px solid var(--line); padding: .4rem 0; }
summary { display: grid; grid-template-columns: 1rem 1fr auto; gap: .7rem; align-items: baseline; cursor: pointer; }
summary code { color: var(--soft); }
details dl { padding-left: 1.7rem; font-size: .92rem; }
.all h3 { margin: 1.8rem 0 .5rem; }
.filter { display: flex; flex-wrap: wrap; gap: .4rem; border: 0; padding: 0; margin: 0 0 .5rem; }
.filter label { border: 1px solid var(--line); border-radius: 2rem; padding: .15rem .85rem; font-size: .88rem; cursor: pointer; background: var(--card); }
.filter input { position: absolute; opacity: 0; }
.filter label:has(:checked) { border-color: var(--ink); font-weight: 600; }
.filter label:has(:focus-visible) { outline: 2px solid var(--mild); }
.all:has([value=finding]:checked) details:not(.wrong-row), .all:has([value=rejected]:checked) details:not([data-verdict=rejected]),
.all:has([value=accepted]:checked) details:not([data-verdict=accepted]), .all:has([value=without]:checked) details:not([data-verdict=not-applicable]) { display: none; }
.all section:not(:has(details:not([hidden]))) { display: none; }
footer { margin-top: 4rem; color: var(--soft); font-size: .88rem; }
@media (max-width: 34rem) { .card dl, details dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } summary { grid-template-columns: 1rem 1fr; } summary code { grid-column: 2; } }
pre { font: .8em/1.4 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 18rem; overflow: auto; background: var(--paper); padding: .6rem; border-radius: .3rem; }
.card details { border: 0; padding: .4rem 0 0; } .card summary { display: list-item; color: var(--soft); font-size: .88rem; } .card ul { margin: .4rem 0 0; padding-left: 1.2rem; font-size: .9rem; }
.all details[hidden] { display: none; }
summary span { min-width: 0; overflow-wrap: anywhere; }
.tests ul { list-style: none; margin: .4rem 0; padding-left: 1.7rem; font-size: .92rem; }
@media print { .wire, .filter, .all { display: none; } .card, details { break-inside: avoid; } }
`;
