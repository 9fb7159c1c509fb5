/** The style of the pages: light and dark by the reader's own setting, one column on a phone. @module */

import { PALETTE } from "../report/html/style.ts";

/** CSS for all pages. */
export const SERVE_STYLE = `
${PALETTE}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif;-webkit-text-size-adjust:100%}
a{color:var(--new)}a:visited{color:var(--new)}
:focus-visible{outline:3px solid var(--changed);outline-offset:2px}
.skip{position:absolute;left:-100vw}.skip:focus{left:.5rem;top:.5rem;background:var(--card);padding:.5rem}
header,main{max-width:64rem;margin:0 auto;padding:1rem}
header{display:flex;flex-wrap:wrap;gap:.75rem 2rem;align-items:center;justify-content:space-between}
nav{overflow-wrap:anywhere}
form{margin:0 0 1rem}
.find{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;margin:0;width:20rem;max-width:100%}
.find input{flex:1;min-width:0}
.find label{font-size:.85rem;color:var(--soft);width:100%}
input,select,button{font:inherit;padding:.4rem .6rem;border:1px solid var(--soft);border-radius:.4rem;background:var(--card);color:var(--ink);max-width:100%}
button{cursor:pointer;background:var(--mark)}
input[type=range]{width:100%;padding:0}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .5rem;overflow-wrap:anywhere}
h2{font-size:1.1rem;margin:1rem 0 .25rem;overflow-wrap:anywhere}
p{margin:.25rem 0 .75rem;overflow-wrap:anywhere}
.lead,.small,.kind{color:var(--soft)}.small,.kind{font-size:.85rem}
.warn{color:var(--failed);font-weight:600}
.cards,.ways{list-style:none;padding:0;margin:0 0 1rem}
.cards li{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:.75rem 1rem;margin:0 0 .75rem}
.cards h2{margin-top:0}
.ways{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem}
.wide{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:.25rem .9rem;margin:0 0 1rem}
table{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--soft);padding:.4rem 0;font-size:.85rem}
th,td{padding:.35rem .6rem .35rem 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
th{font-weight:500}thead th{color:var(--soft);font-size:.85rem}
tbody th{overflow-wrap:anywhere}
td{white-space:nowrap}td a{display:inline-block;margin-right:.6rem}
td:has(a){white-space:normal;min-width:8rem}
tr:last-child>*{border-bottom:0}
th.dir a{font-weight:600}
th.when{white-space:nowrap;overflow-wrap:normal}
.said{position:relative}.said caption{position:absolute;width:1px;height:1px;padding:0;overflow:hidden;clip-path:inset(50%)}
@media(max-width:40rem){.versions :is(th,td):is(:nth-child(2),:nth-child(5)){display:none}.versions table{font-size:.9rem}.versions th.when,.versions td{white-space:normal}.versions td:nth-child(4){white-space:nowrap}.versions td:has(a){min-width:7rem}}
pre{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:.75rem;overflow:auto;max-height:70vh;font:.85rem/1.45 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
.diff .added{color:var(--new)}.diff .removed{color:var(--failed)}
code{font:.9rem ui-monospace,monospace;background:var(--mark);padding:.1em .3em;border-radius:.2rem;overflow-wrap:anywhere}
img{max-width:100%;height:auto}
.setup p{margin:0 0 1rem}.setup label{display:block}.setup input:not([type=checkbox]),.setup select{width:100%}
.timeline{width:100%;height:2.2rem;display:block;margin:.5rem 0}
.timeline line{stroke:var(--line)}
.timeline .current{fill:var(--new)}.timeline .old{fill:var(--past)}.timeline .deleted{fill:var(--deleted)}
`.trim();

/** The picture of the browser's tab. */
export const SERVE_ICON = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">' +
  '<rect x="1" y="4" width="10" height="11" rx="1.5" fill="#a9c6e6"/>' +
  '<rect x="5" y="1" width="10" height="11" rx="1.5" fill="#2b6cb8"/></svg>';
