import { DARK, LIGHT, variables } from './colors.js'

const BASE = `
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-padding-top:3.4rem}
body{margin:0;background:var(--bg);color:var(--text);font:15px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
a{color:var(--link)}
h1{font-size:1.25rem;line-height:1.3;margin:0}
h2{font-size:1.15rem;line-height:1.3;margin:0 0 .6rem}
h3{font-size:1rem;line-height:1.35;margin:0}
h4{font-size:.93rem;margin:1rem 0 .2rem}.body>:first-child,figure>h4{margin-top:0}
h5{font-size:.88rem;margin:0 0 .2rem}
p{margin:.2rem 0 .7rem;max-width:44rem}
code{font-size:.92em}
.muted{color:var(--muted)}
.small{font-size:.87rem}
.num{font-variant-numeric:tabular-nums}
.hidden-text{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
[hidden]{display:none!important}
.page{max-width:78rem;margin:0 auto;padding:0 1.25rem;display:grid;grid-template-columns:9.5rem minmax(0,1fr);column-gap:2rem}
.page>*{grid-column:2;min-width:0}
header.top{padding:1.1rem 0 .7rem}
header.top p{margin:.1rem 0 0;max-width:none}
nav{grid-column:1!important;grid-row:1/span 3;position:sticky;top:0;align-self:start;padding-top:1.25rem}
nav ul{list-style:none;margin:0;padding:0;display:grid}
nav a{display:block;padding:.22rem .6rem;border-left:2px solid var(--line);color:var(--muted);text-decoration:none;font-size:.92rem}
nav a:hover{color:var(--text)}
nav a[aria-current]{color:var(--text);border-color:var(--text);font-weight:600}
section.group{margin:2.2rem 0 0}
footer{margin:2.5rem 0 2rem;color:var(--muted);font-size:.87rem}
`

const VERDICT = `
.verdict{background:var(--panel);border:1px solid var(--line);border-radius:.6rem;padding:1.1rem 1.25rem}
.answer{display:grid;grid-template-columns:minmax(0,5fr) minmax(0,6fr);gap:1rem 2rem;align-items:start}
.answer h2{font-size:1.7rem;line-height:1.15;margin:0 0 .35rem;display:flex;flex-wrap:wrap;gap:0 .7rem;align-items:baseline}
.answer h2 small{font-size:1.25rem;font-weight:600}
.answer p{margin:.2rem 0 .35rem}
.compare{width:100%;margin:0;table-layout:fixed}
.compare th{width:42%;max-width:none;min-width:0;padding:.22rem .6rem .22rem 0;line-height:1.25;border:0;vertical-align:middle}
.compare td{border:0;padding:.22rem 0;vertical-align:middle}
.compare td:last-child{width:4.2rem;white-space:nowrap}
.compare th small{display:block;color:var(--muted);font-size:.82em;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.compare .own{font-weight:600}
.bar{position:relative;display:block;height:.8rem;background:color-mix(in srgb,var(--line) 55%,transparent);border-radius:.15rem}
.bar i{position:absolute;inset:0 auto 0 0;background:var(--faint);border-radius:.15rem;min-width:1px}
.own .bar i,.types .bar i{background:var(--fill)}
.bar b{position:absolute;top:-.15rem;bottom:-.15rem;border:solid var(--text);border-width:0 1.5px}
.bar b::after{content:"";position:absolute;left:0;right:0;top:50%;border-top:1.5px solid var(--text)}
.next{margin:.9rem 0 0;padding:.9rem 0 0;border-top:1px solid var(--line)}
.next ol{margin:0;padding:0;list-style:none;counter-reset:n;display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,19rem),1fr));gap:.8rem 2rem}
.next li{counter-increment:n;padding-left:1.9rem;position:relative}
.next li::before{content:counter(n);position:absolute;left:0;top:.05rem;width:1.35rem;height:1.35rem;border:1.5px solid var(--text);border-radius:50%;font-size:.82rem;font-weight:600;line-height:1.25rem;text-align:center}
.next p{margin:.1rem 0 0;font-size:.93rem}
.notes{margin:.9rem 0 0;padding:0 0 0 1.1rem;font-size:.9rem;color:var(--muted)}
`

const FOLDS = `
.fold{border:1px solid var(--line);border-radius:.5rem;background:var(--panel);margin:.5rem 0}
.fold>summary{list-style:none;display:grid;grid-template-columns:1rem minmax(8rem,17.5rem) minmax(0,1fr);gap:.1rem .6rem;align-items:baseline;padding:.65rem .9rem;cursor:pointer}
.fold>summary::-webkit-details-marker{display:none}
.fold>summary::before{content:"";width:.42rem;height:.42rem;border:solid var(--muted);border-width:0 1.5px 1.5px 0;transform:rotate(-45deg);align-self:center}
.fold[open]>summary::before{transform:rotate(45deg)}
.fold>summary:hover h3{text-decoration:underline}
.fold>summary span{color:var(--muted);font-size:.92rem}
.fold>.body{padding:.3rem .9rem 1rem;border-top:1px solid var(--line)}
.index-head{display:flex;justify-content:space-between;align-items:baseline;gap:1rem}
.index-head button{font-size:.87rem;min-height:1.9rem;padding:.15rem .6rem}
details.numbers{margin-top:.5rem;font-size:.9rem}
details.numbers>summary{cursor:pointer;color:var(--link);padding:.15rem 0}
.grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,21rem),1fr));gap:1.4rem 2rem;align-items:start;margin:.6rem 0}
.grid.many{grid-template-columns:repeat(auto-fill,minmax(min(100%,15rem),1fr))}
.grid>*{min-width:0}
figure{margin:.6rem 0;min-width:0}
.grid figure{margin:0}
figcaption{font-size:.88rem;color:var(--muted);margin-bottom:.4rem;max-width:44rem}
figure svg{display:block;width:100%;height:auto;max-width:32rem;--plot-background:var(--panel)}
svg text{white-space:pre}
.legend{display:flex;flex-wrap:wrap;gap:.1rem .9rem;list-style:none;margin:.1rem 0 .4rem;padding:0;font-size:.86rem}
.legend svg{display:inline-block;width:1.5em;height:.8em;margin-right:.35em;vertical-align:baseline}
`

const TABLES = `
table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.9rem;margin:.4rem 0}
caption{text-align:left;color:var(--muted);font-size:.87rem;padding-bottom:.25rem}
th,td{padding:.25rem .6rem;text-align:right;border-bottom:1px solid var(--line);font-weight:400;vertical-align:top;overflow-wrap:normal}
thead th{font-weight:600;border-bottom-color:var(--muted);vertical-align:bottom}
th:first-child,td:first-child,.text td,.text th{text-align:left}
tbody th{overflow-wrap:anywhere;min-width:6rem;max-width:20rem}
.figures td{white-space:nowrap}
.text td{overflow-wrap:anywhere}
.wide{width:100%}
.scroll{overflow-x:auto;max-width:100%}
.types{width:100%}
.types tbody th{min-width:8.5rem}
.types .f{width:34%;text-align:left}
.types .f div{display:grid;grid-template-columns:minmax(2rem,1fr) 3.6rem;gap:.6rem;align-items:center;text-align:right}
.swatch{float:left;margin-top:.38rem;width:.65rem;height:.65rem;border-radius:.15rem;background:var(--t);margin-right:.45rem}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,17rem),1fr));gap:0 2rem;margin:.4rem 0 1rem}
.facts div{display:grid;grid-template-columns:minmax(7rem,2fr) 3fr;gap:.6rem;padding:.3rem 0;border-bottom:1px solid var(--line)}
.facts.settings div{grid-template-columns:1fr 1fr}
.facts dt{color:var(--muted)}
.facts dd{margin:0}
.matrix{width:100%;table-layout:fixed}
.matrix tbody th,.matrix .corner{width:var(--names);min-width:0;max-width:none;padding-left:0;text-align:right;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.matrix thead th{text-align:center;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;padding:.25rem .1rem}
.matrix td,.matrix tbody th,.matrix.upright thead th:not(.corner){vertical-align:middle}
.matrix.upright thead th:not(.corner){writing-mode:vertical-rl;transform:rotate(180deg);text-align:left;max-height:9rem;padding:.3rem 0}
.matrix td{text-align:center;padding:.4rem .1rem;border:1px solid var(--panel);background:color-mix(in srgb,var(--fill) calc(var(--v,0)*40%),transparent)}
.matrix td.wrong{background:color-mix(in srgb,var(--bad) calc(var(--v,0)*55%),transparent)}
.matrix.upright td{font-size:.8rem;padding:.3rem 0}
.heat td{text-align:center;padding:.12rem .2rem;min-width:2.4rem;background:color-mix(in srgb,var(--fill) calc(var(--v,0)*45%),transparent)}
.heat tbody th{white-space:nowrap;text-align:right;max-width:11rem;min-width:0;overflow:hidden;text-overflow:ellipsis}
.heat .g{text-align:left;font-size:.82rem;background:none;white-space:nowrap}
.heat thead th{white-space:nowrap}
.heat td,.heat tbody th{vertical-align:middle}
.heat tr.now th{font-weight:700;text-decoration:underline}
.heat tr.now td,.heat tr.now th{box-shadow:inset 0 2px var(--text),inset 0 -2px var(--text)}
.heat.pairs td{min-width:1.35rem;height:1.35rem;padding:0;font-size:.7rem}
.heat.pairs thead th{writing-mode:vertical-rl;transform:rotate(180deg);padding:.2rem 0;text-align:left;max-height:8rem;vertical-align:middle}
.bars i{display:block;height:.8rem;border-radius:.15rem;background:var(--fill);min-width:1px}
`

const TEXT = `
.controls{display:flex;flex-wrap:wrap;gap:.5rem .9rem;align-items:end;margin:.6rem 0}
.controls label{display:grid;min-width:0;max-width:100%;gap:.1rem;font-size:.84rem;color:var(--muted)}
select,input,button{font:inherit;font-size:.92rem;color:var(--text);background:var(--panel);border:1px solid var(--muted);border-radius:.35rem;padding:.3rem .55rem;min-height:2.2rem;max-width:100%}
button{cursor:pointer}
button:disabled{opacity:.55;cursor:default}
select{width:100%;max-width:22rem;min-width:0}
.js{display:none}.has-js .js{display:flex}.has-js button.js{display:inline-block}
.has-js .bars{display:grid;grid-template-columns:minmax(0,max-content) minmax(3rem,1fr) max-content;gap:.15rem .6rem;align-items:center;font-size:.9rem;max-width:34rem;margin:.5rem 0;min-height:5rem;align-content:start}
ol.list{list-style:none;margin:0;padding:0}
ol.list>li{border-top:1px solid var(--line);padding:.6rem 0}
ol.list p{margin:.15rem 0;max-width:46rem}
.pair{display:grid;grid-template-columns:5rem minmax(0,1fr);gap:.1rem .6rem;margin:.2rem 0}
.pair>dt{color:var(--muted);font-size:.87rem}
.pair>dd{margin:0;max-width:46rem}
.chip{display:inline-block;border:1px solid var(--muted);border-radius:1rem;padding:0 .55rem;font-size:.82rem;margin-right:.4rem}
mark{background:color-mix(in srgb,var(--t) 14%,transparent);color:inherit;border-bottom:2px solid var(--t);border-radius:.15rem;padding:0 .12rem;box-decoration-break:clone;-webkit-box-decoration-break:clone}
mark small{font-size:.74em;font-weight:600;margin-inline-start:.35em;color:var(--t)}
mark.wrong{border-bottom-style:dashed}
mark.missed{border-bottom-style:dotted}
mark.wrong small::after,mark.missed small::after{content:" " attr(data-flaw);color:var(--bad)}
.plain{--t:var(--muted)}
pre{overflow-x:auto;background:var(--bg);border:1px solid var(--line);border-radius:.4rem;padding:.6rem;font-size:.84rem;line-height:1.4}
`

/** A phone: one column, the index as a bar of links, wide tables as lists. */
const NARROW = `
@media (max-width:56rem){
.page{grid-template-columns:minmax(0,1fr);padding:0 1rem}.page>*{grid-column:1}
nav{grid-row:auto;z-index:2;background:var(--bg);border-bottom:1px solid var(--line);margin:0 -1rem;padding:0 .6rem}
nav ul{display:flex;flex-wrap:wrap;justify-content:space-between}
nav li:first-child{display:none}
main{padding-top:.6rem}
nav a{border:0;border-bottom:2px solid transparent;padding:.5rem .15rem .35rem;font-size:.8rem}
nav a[aria-current]{border-color:var(--text)}
.answer{grid-template-columns:minmax(0,1fr)}}
@media (max-width:34rem){
html{scroll-padding-top:2.8rem}
header.top{padding:.7rem 0 .4rem}
.verdict{padding:.8rem .9rem}.answer{gap:.6rem}.answer h2{font-size:1.4rem}.answer p,.next p{font-size:.9rem;line-height:1.4}
.next{margin-top:.6rem;padding-top:.6rem}.next ol{gap:.6rem}
.compare th{width:44%;font-size:.84rem;padding:.12rem .4rem .12rem 0}.compare caption{display:none}.compare td{padding:.12rem 0}.compare td:last-child{width:3.4rem;font-size:.84rem}
section.group{margin-top:1.6rem}
.fold>summary{grid-template-columns:1rem minmax(0,1fr);padding:.6rem .7rem}.fold>summary span{grid-column:2}
.fold>.body{padding:.3rem .7rem .9rem}
th,td{padding:.25rem .35rem}tbody th{min-width:4.5rem}pre{white-space:pre-wrap}
.pair{grid-template-columns:minmax(0,1fr)}
.list-on-phone,.list-on-phone caption,.list-on-phone tbody,.list-on-phone tr{display:block}
.list-on-phone thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.list-on-phone tr{padding:.4rem 0;border-bottom:1px solid var(--line)}
.list-on-phone tbody th{display:block;width:auto;max-width:none;text-align:left;white-space:normal;border:0;padding:0 0 .1rem;font-weight:600}
.list-on-phone td{display:inline-block;border:0;padding:.05rem .35rem;margin:0 .25rem .2rem 0;white-space:normal;text-align:left;font-size:.87rem;border-radius:.2rem}
.list-on-phone td:empty{display:none}
.list-on-phone td::before{content:attr(data-label) " ";color:var(--muted)}
.list-on-phone td.wrong::before,.list-on-phone td[style]::before{color:inherit}
.list-on-phone td.f{display:block;width:auto;padding-left:0;margin:0 0 .2rem}.list-on-phone td.f::before{content:none}
.list-on-phone td.block{display:block;padding-left:0}.types td{padding-left:0!important;margin-right:.9rem!important}}
`

const PRINT = `
@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
@page{margin:14mm}
@media print{
:root{color-scheme:light;${variables(LIGHT)};--bg:#fff}
.page{display:block;padding:0;max-width:none}
nav,.controls,button,.js,.has-js .js,.has-js button.js,.has-js .bars,details.numbers:not([open]),.fold>summary::before{display:none!important}
body{font-size:9.5pt}.verdict,.fold{border:0;padding:0}.fold>summary{padding:.4rem 0;border-top:1px solid var(--line);grid-template-columns:minmax(8rem,13rem) minmax(0,1fr)}
.fold>.body{padding:0;border:0}.fold::details-content{content-visibility:visible;block-size:auto}
figure,ol.list>li,.next li,tr,.matrix{break-inside:avoid}h2,h3,h4,.index-head,summary{break-after:avoid}.next a{display:none}
.scroll,pre{overflow:visible}a{color:inherit;text-decoration:none}
.has-js .shown.js{display:block!important}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
`

/** The report's style sheet: light and dark by the reader's setting, one column on a phone, plain on paper. */
export const STYLE = `:root{color-scheme:light dark;--plot-background:var(--panel);${variables(LIGHT)}}
@media (prefers-color-scheme:dark){:root{${variables(DARK)}}}
${[BASE, VERDICT, FOLDS, TABLES, TEXT, NARROW, PRINT].map(part => part.trim()).join('\n')}`
