// Compares tokenizers with what PyPI's `tokenizers` makes of many texts:
// `node scripts/compare-subword-tokenizers.mjs CASES.json NAME=tokenizer.json …`. Build first. The cases are made by
// `python3 oracles/subword_tokenizers.py --texts 100000 --out CASES.json --tokenizer NAME=tokenizer.json …`.
// Prints the first texts whose ids or offsets differ; exit code 1 then.
import { readFileSync } from 'node:fs'
import { toUtf16Offsets } from '../dist/text/offsets.js'
import { parseTokenizer } from '../dist/text/subword/parse-tokenizer.js'

const [file, ...named] = process.argv.slice(2)
if (!file || named.length === 0) {
  console.error('usage: node scripts/compare-subword-tokenizers.mjs CASES.json NAME=tokenizer.json …')
  process.exit(2)
}
const all = JSON.parse(readFileSync(file, 'utf8'))
let differences = 0
for (const [name, path] of named.map(own => own.split('='))) {
  const tokenizer = parseTokenizer(JSON.parse(readFileSync(path, 'utf8')), path)
  let own = 0
  for (const [text, ids, offsets] of all[name]) {
    const places = toUtf16Offsets(
      text,
      ids.map((_, i) => ({ start: offsets[2 * i], end: offsets[2 * i + 1] })),
    )
    const found = tokenizer.encode(text)
    const isSame =
      String(found.ids) === String(ids) &&
      String(found.starts) === String(places.map(({ start }) => start)) &&
      String(found.ends) === String(places.map(({ end }) => end))
    if (!isSame && own++ < 5) console.log(JSON.stringify({ name, text, expected: { ids, places }, found }))
  }
  console.log(`${name}: ${all[name].length} texts, ${own} differ`)
  differences += own
}
process.exitCode = differences > 0 ? 1 : 0
