// How fast rules are: 10,000 names and 200 patterns (100 regular expressions, 100 of tokens), against cutting the same text into
// sentences and tokens alone, in turns. CPU time of one thread.
//   npm run build && node bench/rules.mjs --rounds 5
import { createRules } from '../dist/recognize/rules-recognizer.js'
import { parseRules } from '../dist/rules/file/parse-rules.js'
import { createTokenizer } from '../dist/text/tokenizer.js'
import { commandLine } from './lib/command-line.mjs'

const { values } = commandLine({
  script: 'rules.mjs',
  options: { rounds: { value: 'N', default: '5', help: 'how often each is measured' } },
  about: 'Words per second of CPU time, with 10,000 names and 200 patterns, and without rules.',
  example: '--rounds 9',
})

let state = 7
const random = below => {
  state = (state * 1103515245 + 12345) >>> 0
  return Math.floor((state / 2 ** 32) * below)
}
const SYLLABLES = ['ka', 'lo', 'mi', 'ten', 'bar', 'os', 'ri', 'du', 'vel', 'an', 'est', 'or']
const word = () => Array.from({ length: 1 + random(3) }, () => SYLLABLES[random(12)]).join('')
const capital = text => text[0].toUpperCase() + text.slice(1)
const words = Array.from({ length: 20_000 }, word)
const some = () => words[random(words.length)]

const names = Array.from({ length: 10_000 }, () =>
  Array.from({ length: 1 + random(3) }, () => capital(some())).join(' '),
)
const regexes = i =>
  [
    `\\b[A-Z]{2}-\\d{2,4}${i}\\b`,
    `(?<!\\d)\\d{3}[ -]${i}\\d{4}(?!\\d)`,
    `\\b${capital(words[i])}(?: \\p{Lu}\\p{L}+)+`,
    `[\\w.]+@${words[i]}\\.(?:com|org)`,
  ][i % 4]
const tokens = i =>
  [
    [{ lower: [words[i], words[i + 1]] }, { regex: '^\\p{Lu}', repeat: '+' }],
    [{ shape: 'dd' }, { lower: words[i] }],
    [{ text: capital(words[i]) }, { text: words[i + 2], repeat: '?' }, { shape: ['Xxx', 'Xx'] }],
    [{ regex: `^${words[i]}$` }, { repeat: '*' }, { text: capital(words[i]) }],
  ][i % 4]
const rules = [
  { type: 'LOC', names: names.slice(0, 5000) },
  { type: 'ORG', names: names.slice(5000), ignoreCase: true },
  ...Array.from({ length: 100 }, (_, i) => ({ type: `R${i}`, regex: regexes(i) })),
  ...Array.from({ length: 100 }, (_, i) => ({ type: `T${i}`, tokens: tokens(i) })),
]
const sentence = () => {
  const own = Array.from({ length: 15 + random(10) }, () =>
    random(50) === 0 ? String(random(1000)) : random(7) === 0 ? capital(some()) : some(),
  )
  return `${capital(own.join(' '))}.`
}
const texts = Array.from({ length: 400 }, () => Array.from({ length: 20 }, sentence).join(' '))
const count = texts.reduce((sum, text) => sum + text.split(' ').length, 0)

const tokenizer = createTokenizer('characters')
const recognizer = await createRules(parseRules(JSON.stringify({ rules }), 'bench'))
const CONTENDERS = {
  'sentences and tokens alone': async () => texts.forEach(text => void tokenizer.segment(text)),
  'with 10,000 names and 200 patterns': async () => void (await recognizer.tag(texts)),
}
const speeds = Object.fromEntries(Object.keys(CONTENDERS).map(name => [name, []]))
for (let round = 0; round < Number(values.rounds); round++)
  for (const [name, run] of Object.entries(CONTENDERS)) {
    const before = process.cpuUsage()
    await run()
    const { user, system } = process.cpuUsage(before)
    speeds[name].push(count / ((user + system) / 1e6))
  }
console.log(`${count} words, ${values.rounds} rounds in turns; words per second of CPU time, median`)
for (const [name, own] of Object.entries(speeds)) {
  const median = own.sort((a, b) => a - b)[own.length >> 1]
  console.log(`  ${name}: ${(1000 * Math.round(median / 1000)).toLocaleString('en-US')}`)
}
await recognizer.release()
