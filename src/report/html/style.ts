/** The page's style: light and dark by the reader's own setting, one column on a phone. @module */

const LIGHT = `--paper:#f7f6f3;--card:#fff;--ink:#1c1e21;--soft:#5c6066;--line:#e0ddd6;` +
  `--new:#2b6cb8;--changed:#c9851b;--deleted:#8d93a1;--failed:#c0342b;--past:#a9c6e6;--mark:#eef3f9`;
const DARK = `--paper:#15171a;--card:#1e2125;--ink:#e8e6e1;--soft:#a2a7ae;--line:#34383e;` +
  `--new:#6aa8ec;--changed:#e0a546;--deleted:#7d8492;--failed:#f0736a;--past:#33557c;--mark:#232c37`;

/** The colours, light and dark by the reader's own setting, as custom properties. */
export const PALETTE = `:root{color-scheme:light dark;${LIGHT}}
@media(prefers-color-scheme:dark){:root{${DARK}}}`;

/** CSS for the page. */
export const STYLE = `
${PALETTE}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif;-webkit-text-size-adjust:100%}
main{max-width:60rem;margin:0 auto;padding:1.5rem 1rem 3rem}
h1{font-size:1.5rem;line-height:1.25;margin:0;overflow-wrap:anywhere}
h2{font-size:1.1rem;margin:0 0 .25rem}
h3{font-size:.95rem;margin:1.25rem 0 .5rem}
section>:last-child{margin-bottom:0}
p{margin:.25rem 0 .75rem;overflow-wrap:anywhere}
.lead,.small{color:var(--soft)}
.small{font-size:.85rem}
section{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:1rem;margin-top:1rem;min-width:0}
.tiles{display:flex;flex-wrap:wrap;gap:.75rem;margin:1.25rem 0 0;padding:0}
.tiles div{flex:1 1 9rem;background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:.7rem .9rem}
.tiles dt{color:var(--soft);font-size:.8rem}
.tiles dd{margin:0;font-size:1.3rem;font-weight:600;line-height:1.3;white-space:nowrap;font-variant-numeric:tabular-nums}
.tiles dd small{display:block;font-size:.8rem;font-weight:400;white-space:normal;color:var(--soft)}
@media(min-width:40rem){.tiles div{flex-basis:28%}}
.bad dd{color:var(--failed)}
.key{display:flex;flex-wrap:wrap;gap:.25rem 1rem;margin:.25rem 0 .75rem;padding:0;list-style:none;font-size:.85rem;color:var(--soft)}
.key i{display:inline-block;width:.75rem;height:.75rem;border-radius:.15rem;margin-right:.4rem;vertical-align:-.05rem}
.key .failed{height:.35rem;vertical-align:.15rem}
.chart{display:grid;grid-template-columns:4.2rem minmax(0,1fr);column-gap:.5rem;padding-top:.6rem}
.axis{position:relative;height:160px;font-size:.75rem;color:var(--soft);text-align:right;font-variant-numeric:tabular-nums}
.wide .axis{height:180px}
.axis span{position:absolute;right:0;top:0;transform:translateY(-50%);white-space:nowrap}
.plot{min-width:0}
.plot svg{display:block;width:100%}
.row{margin-top:.3rem}
.ends{display:flex;justify-content:space-between;gap:1rem;font-size:.75rem;color:var(--soft);margin-top:.25rem}
.each span{flex:1 1 0;text-align:center}
@media(max-width:40rem){.each span:not(:first-child):not(:last-child){display:none}.each span:first-child:not(:last-child){text-align:left}.each span:last-child:not(:first-child){text-align:right}}
i.new,i.current{background:var(--new)}i.changed{background:var(--changed)}i.deleted{background:var(--deleted)}
i.failed{background:var(--failed)}i.past{background:var(--past)}
svg .new,svg .current{fill:var(--new)}svg .changed{fill:var(--changed)}svg .deleted{fill:var(--deleted)}
svg .failed{fill:var(--failed)}svg .past{fill:var(--past)}svg .cut{fill:var(--card)}
svg .hit{fill:transparent}svg g:hover .hit{fill:var(--ink);fill-opacity:.06}
svg .grid{fill:none;stroke:var(--line);stroke-dasharray:3 3;vector-effect:non-scaling-stroke}
svg .base{fill:none;stroke:var(--soft);vector-effect:non-scaling-stroke}
table{width:100%;border-collapse:collapse;font-size:.85rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--soft);padding-bottom:.25rem}
th{font-weight:500;color:var(--soft);text-align:right;vertical-align:bottom}
th,td{padding:.3rem .25rem;border-bottom:1px solid var(--line)}
td{text-align:right;vertical-align:top;white-space:nowrap}
tr:last-child td{border-bottom:0}
th:first-child,td:first-child{text-align:left;padding-left:0;white-space:normal;overflow-wrap:anywhere}
td:last-child,th:last-child{padding-right:0}
td .bar{display:block;height:.3rem;margin-top:.2rem;border-radius:.15rem;background:var(--mark)}
td .bar i{display:block;height:100%;border-radius:.15rem;background:var(--new);min-width:2px}
td .fail{display:block;color:var(--failed)}
.gone{color:var(--soft)}
details summary{cursor:pointer;color:var(--soft);font-size:.9rem;margin-top:.75rem}
code{font:.85em ui-monospace,monospace;background:var(--mark);padding:.1em .3em;border-radius:.2rem}
footer{color:var(--soft);font-size:.8rem;margin-top:1.5rem}
@media print{body{background:none}section,.tiles div{break-inside:avoid}}
`.trim();
