/** The report's style sheet: light and dark by the reader's setting, one column on a phone, plain on paper. */
export const STYLE = `
:root{color-scheme:light dark;
--bg:#fff;--panel:#f6f7f9;--text:#16191d;--muted:#525c66;--line:#d5dae0;--faint:#b4bcc6;--link:#0b57b0;
--good:#1a7f4b;--bad:#c9362f;--heat:#2563c9;--plot-background:var(--bg);
--c0:#1f5fbf;--c1:#b45309;--c2:#15803d;--c3:#7e3ec9;--c4:#be2f3b;--c5:#00798c;--c6:#7d5a2b;--c7:#b32d7d;--c8:#666b00;--c9:#56616d}
@media (prefers-color-scheme:dark){:root{
--bg:#14171c;--panel:#1d2128;--text:#e8ebef;--muted:#a7b0bb;--line:#383f49;--faint:#59636f;--link:#8ab8ff;
--good:#2fae6d;--bad:#e5544d;--heat:#4f8cf0;
--c0:#72a9ff;--c1:#ff9d45;--c2:#55d08d;--c3:#bd9bff;--c4:#ff7f88;--c5:#40c8d8;--c6:#d3aa7c;--c7:#f58bbf;--c8:#c8cc55;--c9:#aab4bf}}
*{box-sizing:border-box}
html{scroll-padding-top:3.2rem;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--text);font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
a{color:var(--link)}
header.top,main,footer{max-width:76rem;margin:0 auto;padding:0 1rem}
header.top{padding-top:1.2rem}
h1{font-size:1.6rem;line-height:1.2;margin:0 0 .2rem}
h2{font-size:1.3rem;margin:2.6rem 0 .4rem;padding-top:.6rem;border-top:1px solid var(--line)}
h3{font-size:1.02rem;margin:0 0 .3rem}
h4{font-size:.95rem;margin:1rem 0 .3rem}
p{margin:.3rem 0 .7rem;max-width:46rem}
.muted{color:var(--muted)}
.small{font-size:.86rem}
nav{position:sticky;top:0;z-index:2;background:var(--bg);border-bottom:1px solid var(--line)}
nav ul{max-width:76rem;margin:0 auto;padding:.45rem 1rem;display:flex;gap:.2rem 1rem;overflow-x:auto;list-style:none}
nav a{white-space:nowrap;font-size:.9rem;text-decoration:none}
nav a:hover{text-decoration:underline}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(9.5rem,1fr));gap:.7rem;margin:1rem 0;padding:0;list-style:none}
.tiles li{background:var(--panel);border-radius:.5rem;padding:.6rem .8rem}
.tiles b{display:block;font-size:1.5rem;line-height:1.2;font-variant-numeric:tabular-nums}
.tiles span{display:block;font-size:.84rem;color:var(--muted)}
.grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,21rem),1fr));gap:1.2rem;align-items:start}
.grid.many{grid-template-columns:repeat(auto-fill,minmax(min(100%,17rem),1fr))}
figure{margin:.8rem 0;padding:.8rem;background:var(--panel);border-radius:.5rem;min-width:0}
.grid figure{margin:0}
.grid+h3{margin-top:1.6rem}
figcaption{font-size:.88rem;color:var(--muted);margin-bottom:.5rem}
figure svg{display:block;width:100%;height:auto;max-width:30rem;--plot-background:var(--panel)}
figure h4{margin:0 0 .3rem}
figure .wide svg{max-width:none;width:auto}
svg text{white-space:pre}
.scroll{overflow-x:auto;max-width:100%}
.legend{display:flex;flex-wrap:wrap;gap:.1rem .9rem;list-style:none;margin:.1rem 0 .4rem;padding:0;font-size:.84rem}
.legend svg{display:inline-block;width:1.5em;height:.8em;margin-right:.35em;vertical-align:baseline}
details{margin-top:.5rem;font-size:.9rem}
summary{cursor:pointer;color:var(--link)}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.88rem;margin:.4rem 0}
caption{text-align:left;color:var(--muted);font-size:.84rem;padding-bottom:.2rem}
th,td{padding:.22rem .55rem;text-align:right;border-bottom:1px solid var(--line);font-weight:400;vertical-align:top}
thead th{font-weight:600;border-bottom-color:var(--muted)}
th:first-child,td:first-child,.text td,.text th{text-align:left}
th,td{overflow-wrap:normal}
.figures td{white-space:nowrap}
.text td{overflow-wrap:anywhere;min-width:5.5rem}
tbody th{overflow-wrap:break-word;min-width:7rem}
.heat tbody th{min-width:0}
tbody th{max-width:18rem}
.controls{display:flex;flex-wrap:wrap;gap:.5rem .9rem;align-items:end;margin:.6rem 0}
.controls label{display:grid;min-width:0;max-width:100%;gap:.1rem;font-size:.84rem;color:var(--muted)}
select,input,button{font:inherit;font-size:.92rem;color:var(--text);background:var(--bg);border:1px solid var(--muted);border-radius:.35rem;padding:.3rem .5rem;min-height:2.2rem;max-width:100%}
button{cursor:pointer}
button:disabled{opacity:.55;cursor:default}
select{width:100%;max-width:22rem;min-width:0}
.js{display:none}.has-js .js{display:flex}.has-js button.js{display:inline-block}
[hidden]{display:none!important}
ol.list{list-style:none;margin:0;padding:0}
ol.list>li{border:1px solid var(--line);border-radius:.5rem;padding:.5rem .7rem;margin:.5rem 0}
ol.list p{margin:.15rem 0;max-width:none}
.chip{display:inline-block;border:1px solid var(--muted);border-radius:1rem;padding:0 .55rem;font-size:.8rem;margin-right:.4rem}
mark{background:color-mix(in srgb,var(--t) 20%,transparent);color:inherit;border-bottom:2px solid var(--t);border-radius:.2rem;padding:0 .15rem;box-decoration-break:clone;-webkit-box-decoration-break:clone}
mark small{font-size:.72em;font-weight:600;margin-left:.3em;display:inline-block;max-width:100%}
mark.wrong{outline:1.5px dashed var(--bad);outline-offset:1px}
mark.missed{outline:1.5px dotted var(--muted);outline-offset:1px}
.plain{--t:var(--muted)}
.side{display:inline-block;min-width:5.2rem;font-size:.78rem;color:var(--muted)}
.heat td{text-align:center;padding:.12rem .2rem;min-width:2.6rem;background:color-mix(in srgb,var(--heat) calc(var(--v,0)*55%),transparent)}
.heat tbody th{white-space:nowrap;text-align:right;max-width:11rem;overflow:hidden;text-overflow:ellipsis}
.heat .g{text-align:left;font-size:.8rem;background:none;white-space:nowrap}
.heat thead th{white-space:nowrap}
.heat td,.heat tbody th{vertical-align:middle}
.heat tr.now th{font-weight:700;text-decoration:underline}
.heat tr.now td,.heat tr.now th{box-shadow:inset 0 2px var(--text),inset 0 -2px var(--text)}
.heat.pairs td{min-width:1.35rem;height:1.35rem;padding:0;font-size:.7rem}
.heat.pairs thead th{writing-mode:vertical-rl;transform:rotate(180deg);padding:.2rem 0;text-align:left;max-height:8rem;vertical-align:bottom}
.has-js .bars{display:grid;grid-template-columns:max-content 1fr max-content;gap:.15rem .6rem;align-items:center;font-size:.9rem;max-width:34rem;margin:.5rem 0;min-height:5rem;align-content:start}
.bars i{display:block;height:.9rem;border-radius:.2rem;background:var(--heat);min-width:1px}
pre{overflow-x:auto;background:var(--panel);border-radius:.4rem;padding:.6rem;font-size:.82rem;line-height:1.35}
code{font-size:.9em}
footer{margin-top:3rem;padding-bottom:2rem;color:var(--muted);font-size:.86rem}
@media (max-width:30rem){body{font-size:15px}th,td{padding:.2rem .35rem}figure{padding:.6rem}.side{display:block}}
@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
@media print{nav,.controls,button,.js,.has-js .js,.has-js button.js,.has-js .bars{display:none!important}
body{font-size:10pt}figure,ol.list>li,.tiles li{break-inside:avoid;background:none;border:1px solid var(--line)}
h2,h3{break-after:avoid}.scroll,pre{overflow:visible}a{color:inherit;text-decoration:none}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
`.trim()
