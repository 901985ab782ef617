import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { runCli } from '../cli/testing/run-cli.js'
import { tempFolder } from '../corpus/testing/temp-folder.js'

const folder = tempFolder()
const { file, path } = folder
const loop = join(path, 'loop.conll')
symlinkSync(loop, loop)
mkdirSync(join(path, 'none'))

/** What is wrong, the file, and what the message must say; FILE stands for the path. */
const CASES: readonly (readonly [what: string, path: string, message: RegExp, ...options: string[]])[] = [
  ['a missing file', join(path, 'none.conll'), /none\.conll: expected a corpus file, got no such file/],
  ['a file below a file', join(file('flat', 'x'), 'a.conll'), /expected a corpus file, got no such file/],
  [
    'a folder without a corpus',
    join(file(join('none', 'x.pdf'), ''), '..'),
    /expected a folder with corpus files, got one with 1 other file; name/,
  ],
  [
    'a pattern that matches nothing',
    join(path, 'none', '*.conll'),
    /none\/\*\.conll: expected a file, or a pattern that matches some, got no file that matches/,
  ],
  [
    'an empty file',
    file('empty.conll', ''),
    /empty\.conll: expected at least one sentence, got an empty file/,
  ],
  [
    'blank lines only',
    file('blank.conll', '\n \t\n\n'),
    /blank\.conll: expected at least one sentence, got 3 lines/,
  ],
  ['document marks only', file('marks.conll', '-DOCSTART- O\n\n'), /expected at least one sentence/],
  ['an empty csv', file('empty.csv', ''), /expected at least one sentence, got an empty file/],
  ['a header without rows', file('head.csv', 'Sentence #,Word,Tag\n'), /expected at least one sentence/],
  ['an empty jsonl', file('empty.jsonl', '\n'), /expected at least one sentence/],
  [
    'a row with too few columns',
    file('few.conll', 'EU NNP B-ORG\nrejects\n\ncall NN O\n'),
    /few\.conll:2: expected 3 columns separated by spaces, as in most rows, got 1 in "rejects"/,
  ],
  [
    'a row with too many columns',
    file('many.conll', 'EU\tB-ORG\nrejects\tit\tO\ncall\tO\n'),
    /many\.conll:2: expected 2 columns separated by tabs, as in most rows, got 3/,
  ],
  [
    'an unknown tag prefix',
    file('prefix.conll', 'EU B-ORG\nrejects O\nGerman X-MISC\n'),
    /prefix\.conll:3: expected a tag: O, or one of B I E S L U M W, .* got "X-MISC"/,
  ],
  ['an empty tag', file('notag.csv', 'Word,Tag\nEU,B-ORG\nrejects,\n'), /notag\.csv:3: .* got an empty tag/],
  [
    'tags in another column',
    file('other.conll', 'EU B-ORG NNP\nrejects O VBZ\n'),
    /other\.conll:1: .* got "NNP"; the tags seem to be in column 2: choose it with --tag-column 2/,
  ],
  [
    'invalid UTF-8',
    file('bad.conll', Buffer.from('Caf\xe9 B-LOC\n', 'latin1')),
    /bad\.conll:1: expected UTF-8, got byte 0xE9 at offset 3; use --encoding windows-1252/,
  ],
  [
    'damaged UTF-8',
    file(
      'damaged.conll',
      Buffer.concat([Buffer.from('Café O\n'.repeat(40)), Buffer.from([0xc3, 0x28, 0x20, 0x4f])]),
    ),
    /damaged\.conll:41: expected UTF-8, got byte 0xC3/,
  ],
  [
    'UTF-8 cut off',
    file('cut.conll', Buffer.from([0x61, 0x20, 0x4f, 0x0a, 0xe2, 0x82])),
    /cut\.conll:2: expected UTF-8/,
  ],
  [
    'UTF-16 cut off',
    file('wide.conll', Buffer.from('\uFEFFEU O\nEU O\n', 'utf16le').subarray(0, -3)),
    /wide\.conll:2: expected UTF-16, as the byte order mark says, got half a character; save the file again/,
  ],
  [
    'UTF-16 with another encoding in the options',
    file('said.conll', Buffer.from('\uFEFFEU O\n', 'utf16le')),
    /expected text, got UTF-16 text; leave out --encoding/,
    '--encoding',
    'latin1',
  ],
  [
    'UTF-32',
    file('wider.conll', Buffer.from([0xff, 0xfe, 0, 0, 0x45, 0, 0, 0])),
    /expected text, got UTF-32 text; save it as UTF-8/,
  ],
  [
    'a loop of links',
    loop,
    /loop\.conll: expected a corpus file, got links that lead to each other; check the path/,
  ],
  [
    'a gzip file',
    file('packed.conll', Buffer.from([0x1f, 0x8b, 8, 0, 0])),
    /got a gzip file; unpack it first/,
  ],
  ['zero bytes', file('zero.conll', 'EU\0 O\n'), /got a binary file/],
  [
    'a CSV without the columns',
    file('cols.csv', 'id,text,class\n1,EU,B-ORG\n'),
    /cols\.csv:1: expected a header with a column of words .* got "id", "text", "class"; choose the column of words with --token-column/,
  ],
  [
    'a column that is not there',
    file('col.csv', 'Word,Tag\nEU,O\n'),
    /--tag-column: expected one of the columns "Word", "Tag"/,
    '--tag-column',
    'NER',
  ],
  [
    'a column number too high',
    file('col.conll', 'EU O\n'),
    /--tag-column: expected a column number from 1 to 2/,
    '--tag-column',
    '7',
  ],
  [
    'a short CSV row',
    file('short.csv', 'Sentence #,Word,Tag\n1,EU,B-ORG\n,rejects\n'),
    /short\.csv:3: expected 3 columns, as in the header, got 2/,
  ],
  [
    'an open quote',
    file('quote.csv', 'Word,Tag\nEU,O\n"open,O\nb,O\n'),
    /quote\.csv:3: expected a closing quote/,
  ],
  [
    'a stray quote',
    file('stray.csv', 'Word,Tag\n"a"b,O\n'),
    /stray\.csv:2: expected "," or the end of the line after a closing quote/,
  ],
  [
    'broken JSON',
    file('broken.jsonl', '{"tokens":["a"],"tags":["O"]}\n{"tokens":\n'),
    /broken\.jsonl:2: expected JSON/,
  ],
  [
    'ragged jsonl',
    file('ragged.jsonl', '{"tokens":["a","b"],"tags":["O"]}\n'),
    /ragged\.jsonl:1: expected as many tags as tokens \(2\), got 1 tags/,
  ],
  [
    'numbers for tags',
    file('ids.jsonl', '{"tokens":["a"],"tags":[3]}\n'),
    /ids\.jsonl:1: expected "tags" as a list of strings/,
  ],
  [
    'a bad tag in jsonl',
    file('tag.jsonl', '{"tokens":["a"],"tags":["PER"]}\n'),
    /tag\.jsonl:1: expected tags: O, .* got "PER"/,
  ],
  [
    'a space before a type',
    file('before.conll', 'EU\tB- ORG\nrejects\tO\n'),
    /before\.conll:1: expected a tag: .*, got "B- ORG"; write B-ORG if/,
  ],
  [
    'a space after a type in jsonl',
    file('type.jsonl', '{"text":"Ada","entities":[{"start":0,"end":3,"type":"PER "}]}\n'),
    /type\.jsonl:1: expected a type without white space around it, got "PER "/,
  ],
  [
    'a space after a type in markup',
    file('type.markup', '[Ada](PER) and [Bob](PER )\n'),
    /type\.markup:1: expected a type without white space around it, got "PER "/,
  ],
  [
    'overlapping entities',
    file(
      'overlap.jsonl',
      '{"text":"Ada Lovelace","entities":[{"start":0,"end":12,"type":"PER"},{"start":4,"end":12,"type":"ORG"}]}\n',
    ),
    /overlap\.jsonl:1: expected entities that do not overlap, got "Ada Lovelace" \(PER, 0–12\) and "Lovelace" \(ORG, 4–12\)/,
  ],
  [
    'an entity outside of the text',
    file('outside.jsonl', '{"text":"Ada","entities":[{"start":0,"end":4,"type":"PER"}]}\n'),
    /outside\.jsonl:1: expected 0 ≤ start < end ≤ 3, the text's length in UTF-16 code units/,
  ],
  [
    'offsets that two units read differently',
    file('points.jsonl', '{"text":"😀 Ada wrote","entities":[{"start":2,"end":5,"type":"PER"}]}\n'),
    /points\.jsonl:1: .*" Ad".*"Ada".*--offsets/,
  ],
  [
    'an entity that is a space',
    file('gap.jsonl', '{"text":"a b","entities":[{"start":1,"end":2,"type":"X"}]}\n'),
    /at least one visible character/,
  ],
  [
    'a JSON array cut off',
    file('array.json', '[\n{"tokens":["a"]},\n{"tokens":["b"]\n'),
    /array\.json:3: expected the end of the element that starts here, got "the end of the file"/,
  ],
  [
    'a JSON array without a comma',
    file('comma.json', '[\n{"tokens":["a"]}\n{"tokens":["b"]}]\n'),
    /comma\.json:3: expected a comma, or \] at the end of the array, got/,
  ],
  [
    'something after a JSON array',
    file('behind.json', '[{"tokens":["a"]}]\n{"tokens":["b"]}\n'),
    /behind\.json:2: expected nothing after the array, got/,
  ],
  [
    'a JSON array of words',
    file('words.json', '[\n"a",\n"b"]\n'),
    /words\.json:2: record 1: expected a record as a JSON object, got a/,
  ],
  [
    'a row with fewer tags than words',
    file('fewer.csv', "Sentence,Tag\nAda wrote,\"['B-PER', 'O']\"\nAda wrote,\"['B-PER']\"\n"),
    /fewer\.csv:3: expected as many tags as words \(2\), got 1 tags/,
  ],
  [
    'a row with tags by number',
    file('numbers.csv', 'tokens,ner_tags\n"[\'Ada\', \'wrote\']","[1, 0]"\n'),
    /numbers\.csv:2: expected a list of quoted strings, got 1; write tags by name/,
  ],
  [
    'a row without its tags',
    file('none.csv', 'Sentence,Tag\nAda,"[\'B-PER\']"\nAda,\n'),
    /none\.csv:3: expected as many tags as words \(1\), got 0 tags/,
  ],
  [
    'prose',
    file('prose.txt', 'Just a text.\nWith two longer lines.\n'),
    /prose\.txt:1: expected a corpus in one of the formats conll, csv, jsonl, markup/,
  ],
  [
    'an open bracket',
    file('open.markup', 'fine\n[Ada wrote\n'),
    /open\.markup:2: expected \]\(TYPE\) after the mention/,
  ],
  [
    'a bracket alone',
    file('see.markup', 'see [1] for\n'),
    /see\.markup:1: expected \(TYPE\) right after the mention.*\\\[/,
  ],
  [
    'an unknown escape',
    file('path.markup', 'C:\\Users\n'),
    /path\.markup:1: expected one of .* after a backslash/,
  ],
  [
    'an unknown format',
    file('ok.conll', 'EU O\n'),
    /--format: expected one of conll, csv, jsonl, markup, .*, got "xml"/,
    '--format',
    'xml',
  ],
  [
    'an unknown encoding',
    file('ok2.conll', 'EU O\n'),
    /--encoding: expected utf-8, latin1 or windows-1252, got "koi8-r"/,
    '--encoding',
    'koi8-r',
  ],
]

for (const [what, input, message, ...options] of CASES)
  test(`${what}: exit code 2, a message without a stack, nothing written`, async () => {
    const runs = [
      await runCli('corpus', 'stats', '--json', input, ...options),
      await runCli('corpus', 'convert', input, join(path, 'out.jsonl'), ...options),
      await runCli('corpus', 'split', input, '--out', join(path, 'parts'), ...options),
    ]
    for (const { code, stdout, stderr } of runs) {
      assert.equal(code, 2, stderr)
      assert.match(stderr, message)
      assert.equal(stdout, '')
      assert.doesNotMatch(stderr, /\n\s+at /)
      for (const line of stderr.trimEnd().split('\n')) assert.match(line, /^(error|note) /)
    }
    const left = folder
      .list()
      .filter(name => name.includes('.tmp') || name === 'out.jsonl' || name === 'parts')
    assert.deepEqual(left, [])
  })

test('all faults of a file are reported at once, the first ten in full', async () => {
  const rows = Array.from({ length: 25 }, (_, i) => (i % 2 === 0 ? 'word O' : 'word Q-X'))
  const { code, stderr } = await runCli('corpus', 'stats', file('faults.conll', `${rows.join('\n')}\n`))
  assert.equal(code, 2)
  const lines = stderr.trimEnd().split('\n')
  assert.equal(lines.length, 11)
  assert.match(lines[0], /faults\.conll:2: /)
  assert.match(lines[9], /faults\.conll:20: /)
  assert.match(lines[10], /faults\.conll: expected no faulty rows, got 2 more like these \(12 in all\)/)
})
