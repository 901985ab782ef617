/** Text that would do something if a page took it for markup; each sets `window.hacked`, asks for a file, or breaks out. */
export const HOSTILE: readonly string[] = [
  '<script>window.hacked=1</script>',
  '</script><script>window.hacked=2</script>',
  '<img src=x onerror="window.hacked=3">',
  '"><svg onload=window.hacked=4>',
  "' onmouseover='window.hacked=5' autofocus onfocus='window.hacked=6'",
  '</style><style>*{display:none!important}</style>',
  '<!--',
  ']]>',
  '</textarea></title></option></select><iframe src="javascript:parent.hacked=7"></iframe>',
  '<link rel=stylesheet href=http://127.0.0.1:9/x.css>',
  '<meta http-equiv=refresh content="0;url=http://127.0.0.1:9/">',
  '&lt;b&gt;',
  '{{7*7}}$' + '{7*7}',
  'javascript:window.hacked=8',
  '\u202egnp.exe\u2066',
  '\u0000\u0008\ud800x',
]
