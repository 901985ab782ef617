import type { Random } from '../../base/random.js'

/** What readers trip over: marks of formats, white space of all kinds, controls, halves of characters. */
const PIECES = [
  ...[
    '\n',
    '\r',
    '\r\n',
    '\t',
    ' ',
    '\u00a0',
    '\u2028',
    '\u0085',
    '\u200b',
    '\ufeff',
    '\0',
    '\x1b',
    '\ud83d',
    '\u0301',
  ],
  ...['"', "'", '""', ',', ';', '|', '\\', '[', ']', '(', ')', '](', '{', '}', ':', '#', '-', '_', '=', '/'],
  ...[
    '\\n',
    '\\|',
    '\\{',
    '\\}',
    '\\u0041',
    'null',
    'NaN',
    '1e999',
    '-1',
    '99999999999999999999',
    '0.5',
    'true',
  ],
  ...[
    'B-PER',
    'I-LOC',
    'O',
    '-DOCSTART-',
    '# x\n',
    '1-2\tx\n',
    '1.1\tx\n',
    '[x](PER)',
    '[]()',
    'NER=B-PER',
    '\n\n\n',
  ],
  ...['{"text":"x"}', '"labels":[[0,1,"X"]]', '"tokens":["x"]', '__proto__', 'constructor', '😀', '日本'],
]

/** Changes a text in one to five places. */
export function mutate(text: string, random: Random): string {
  let result = text
  const changes = 1 + random.below(5)
  for (let i = 0; i < changes; i++) result = change(result, random)
  return result
}

function change(text: string, random: Random): string {
  const at = random.below(text.length + 1)
  const length = 1 + random.below(random.below(4) === 0 ? 40 : 3)
  const piece = PIECES[random.below(PIECES.length)]
  const lines = text.split('\n')
  const line = random.below(lines.length)
  switch (random.below(10)) {
    case 0:
      return text.slice(0, at) + text.slice(at + length)
    case 1:
      return text.slice(0, at) + piece + text.slice(at + length)
    case 2:
      return text.slice(0, at)
    case 3:
      return text.slice(0, at) + text.slice(at, at + length).repeat(1 + random.below(20)) + text.slice(at)
    case 4:
      return lines.toSpliced(line, 1).join('\n')
    case 5:
      return lines.toSpliced(line, 0, lines[random.below(lines.length)]).join('\n')
    case 6:
      return text.slice(0, at) + piece.repeat(1 + random.below(30)) + text.slice(at)
    default:
      return text.slice(0, at) + piece + text.slice(at)
  }
}
