import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { temporaryFolder } from '../train/testing/tiny-run.js'
import { explain, runCommandLine } from './main.js'
import { createTerminal, type Output } from './terminal.js'

const folder = temporaryFolder()
after(folder.remove)

/** Titles, colors, the clipboard, clearing, a link, C1, DEL and a turned direction; no white space, so that it is one token. */
const BAD = '\x1b]0;t\x07\x1b[31m\x1b]52;c;cm0=\x07\x9b2J\x7f\u202eab\u2069\x08'
const dir = join(folder.path, `x${BAD}`)
mkdirSync(dir)
const at = (name: string) => join(dir, name)

/** Sentences of words and types that contain `BAD`. @param shift how far the tags are moved, so that files differ */
function conll(sentences: number, shift: number): string {
  const words = ['Ada', 'wrote', `w${BAD}`, 'to', `Bob${BAD}`, 'there']
  const rows = (n: number) =>
    words.map((word, i) => `${word}${n}\t${(i + n + shift) % 3 === 0 ? `B-T${BAD}` : i % 3 ? 'O' : 'B-PER'}`)
  return Array.from({ length: sentences }, (_, n) => `${rows(n).join('\n')}\n\n`).join('')
}

async function run(args: readonly string[]) {
  const written = { stdout: '', stderr: '' }
  const output = (name: 'stdout' | 'stderr'): Output => ({
    write: text => void (written[name] += text),
    isTerminal: true,
    isColored: true,
  })
  const terminal = createTerminal(output('stdout'), output('stderr'), async () => {})
  const code = await runCommandLine(args, terminal).catch((error: unknown) => explain(error, terminal))
  return { code, ...written }
}

const OWN = new RegExp(
  `${String.fromCharCode(27)}\\[(\\d{1,2}m|2K)|\\r(?=${String.fromCharCode(27)}\\[2K)`,
  'g',
)

function isClean(text: string): boolean {
  return [...text.replace(OWN, '')].every(char => {
    const code = char.codePointAt(0) ?? 0
    return (
      char === '\n' ||
      char === '\t' ||
      !(code < 32 || (code >= 127 && code < 160) || code === 0x202e || code === 0x2069)
    )
  })
}

test('every command shows hostile texts, types and names without acting upon them', async () => {
  for (const [name, shift] of [
    ['train.conll', 0],
    ['dev.conll', 0],
    ['other.conll', 1],
  ] as const)
    writeFileSync(at(name), conll(12, shift))
  writeFileSync(at('broken.conll'), `Ada${BAD} B-PER\nBob\n\nEve X-${BAD}\n`)
  writeFileSync(
    at('broken.jsonl'),
    `{"text":"a${JSON.stringify(BAD).slice(1, -1)}","spans":[[0,99,"T"]]}\n{${BAD}`,
  )
  writeFileSync(at('text.txt'), `Ada${BAD} wrote to Bob${BAD}.\n`)
  writeFileSync(at('config.json'), `{"corpus":{"train":"x","${BAD.replaceAll(/[\0-\x1f]/g, '')}":1}}`)
  const settings = [
    '--corpus.train',
    at('train.conll'),
    '--corpus.dev',
    at('dev.conll'),
    '--training.epochs',
    '2',
    '--training.patience',
    'null',
    '--training.learningRate',
    '0.05',
    '--input.words.dim',
    '8',
  ]
  const commands: readonly (readonly [readonly string[], number])[] = [
    [['corpus', 'stats', at('train.conll')], 0],
    [['corpus', 'check', at('train.conll'), at('other.conll'), at('broken.conll')], 2],
    [['corpus', 'convert', at('train.conll'), '-', '--to', 'conll'], 0],
    [['corpus', 'convert', at('train.conll'), at('out.jsonl')], 0],
    [['corpus', 'split', at('train.conll'), '--out', at('parts')], 0],
    [['score', at('train.conll'), at('other.conll')], 0],
    [['train', '--preset', 'bilstm-crf', ...settings, '--out', at('run')], 0],
    [['train', '--preset', 'bilstm-crf', ...settings, '--out', at('run')], 2],
    [['train', '--preset', BAD, '--out', at('run2')], 2],
    [['train', at('config.json'), '--out', at('run2')], 2],
    [['train', '--resume', at('nothing')], 2],
    [['evaluate', at('run'), at('other.conll')], 0],
    [['evaluate', at('run'), at('broken.jsonl')], 2],
    [['predict', at('run'), at('text.txt')], 0],
    [['predict', at('run'), at('text.txt'), '--to', 'highlight'], 0],
    [['predict', at('run'), at('text.txt'), '--to', 'jsonl'], 0],
    [['predict', at('run'), at('text.txt'), '--to', 'markup'], 0],
    [['predict', at('run'), at('other.conll'), '--tokens', '--to', 'conll'], 0],
    [['predict', at('run'), '--text', `Ada${BAD}`], 0],
    [['predict', BAD, '--text', 'Ada'], 2],
    [['report', at('run')], 0],
    [['report', at('run'), at('broken.conll')], 2],
    [['compare', at('run'), at('run'), '--on', at('dev.conll')], 2],
    [['corpus', 'stats', at(`none${BAD}`)], 2],
    [['corpus', BAD], 2],
    [['init', '--preset', BAD], 2],
    [[BAD], 2],
    [['train', `--${BAD}`, '1'], 2],
  ]
  let withEscapes = 0
  for (const [args, code] of commands) {
    const result = await run(args)
    const all = result.stdout + result.stderr
    assert.ok(isClean(all), `${args.join(' ')}\n${JSON.stringify(all)}`)
    assert.equal(result.code, code, JSON.stringify([args, all]))
    if (all.includes('\\u001b')) withEscapes++
  }
  assert.ok(withEscapes > 20, `${withEscapes} of ${commands.length} had something to show`)
  // Files keep what was there.
  assert.ok(readFileSync(at('out.jsonl'), 'utf8').includes('\u202e'))
  assert.ok(readdirSync(dir).includes('parts'))
})
