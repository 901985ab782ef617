import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { segment, splitSentences } from './sentences.js'
import { tokenize } from './tokenize.js'

/** Strings of any UTF-16 units, weighted toward what the tokenizer has rules for. */
const UNITS = fc.array(
  fc.oneof(
    fc.integer({ min: 0, max: 0xffff }).map(unit => String.fromCharCode(unit)),
    fc.integer({ min: 0, max: 0x10ffff }).map(codePoint => String.fromCodePoint(codePoint)),
    fc.constantFrom(
      ...'aZ9 \n\t.,:;!?\'"’“”-–_@#$%&/\\()[]<>*+=~^|`°é字カช'.split(''),
      ...[
        '://',
        'www.',
        '.com',
        "n't",
        "'s",
        'U.S.',
        'Dr.',
        'l’',
        '&amp;',
        '😀',
        '👩🏽',
        '\u200d',
        '🇩🇪',
        '🇩',
        '️⃣',
      ],
      ...[
        '\ud83d',
        '\ude00',
        '\u0301',
        '\u200b',
        '\ufeff',
        '\u00ad',
        '\u0085',
        '\u00a0',
        '\u2028',
        '。',
        'The ',
      ],
    ),
  ),
  { maxLength: 60 },
)
const TEXT = UNITS.map(parts => parts.join(''))

test('tokens and gaps give any text back; gaps are white space, tokens hold none', () => {
  let runs = 0
  fc.assert(
    fc.property(TEXT, text => {
      runs++
      let at = 0
      let joined = ''
      for (const token of tokenize(text)) {
        const gap = text.slice(at, token.start)
        assert.match(gap, /^\p{White_Space}*$/u)
        assert.ok(token.start >= at && token.end > token.start)
        assert.doesNotMatch(token.text, /\p{White_Space}/u)
        joined += gap + token.text
        at = token.end
      }
      const rest = text.slice(at)
      assert.match(rest, /^\p{White_Space}*$/u)
      assert.equal(joined + rest, text)
    }),
    { numRuns: 3000 },
  )
  assert.equal(runs, 3000)
})

test('no token edge falls inside a surrogate pair', () => {
  fc.assert(
    fc.property(TEXT, text => {
      for (const { start } of tokenize(text))
        assert.ok(
          !(start > 0 && /[\ud800-\udbff]/.test(text[start - 1]) && /[\udc00-\udfff]/.test(text[start])),
        )
    }),
    { numRuns: 1000 },
  )
})

test('sentences hold every token once, in order, and nothing but white space lies between them', () => {
  fc.assert(
    fc.property(TEXT, text => {
      const { sentences } = segment(text)
      assert.deepEqual(
        sentences.flatMap(sentence => sentence.tokens),
        tokenize(text),
      )
      let at = 0
      for (const { start, end, tokens } of sentences) {
        assert.match(text.slice(at, start), /^\p{White_Space}*$/u)
        assert.equal(tokens[0].start, start)
        assert.equal(tokens[tokens.length - 1].end, end)
        at = end
      }
      assert.match(text.slice(at), /^\p{White_Space}*$/u)
      assert.deepEqual(
        splitSentences(text),
        sentences.map(({ start, end }) => ({ start, end })),
      )
    }),
    { numRuns: 2000 },
  )
})
