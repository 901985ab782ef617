import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countBlocksOf } from '../base/testing/count-blocks.js'
import { segment } from './sentences.js'

/** Each is repeated to make a long text; most once took some tokenizer quadratic time. */
const HOSTILE = [
  ...'a.@ :-_\'"(<#$&,1/\n\u0301\u200d\u200b\u00ad\ud83d字カเ'.split(''),
  ...[
    '😀',
    '👩\u200d',
    '🇩',
    '👍🏽',
    '#a',
    '@a',
    'a@',
    'a.',
    'a-',
    'a_',
    'a\u00ad',
    "a'",
    "n't",
    "l'",
    "'s",
    'a/',
    'a&',
  ],
  ...[
    '://',
    'http://',
    'http://)',
    'a://.',
    'www.',
    'w.',
    'a@b.',
    '&amp',
    '1,',
    '1.',
    '1:',
    '-_',
    '^_',
    '<-',
    '¯\\_',
  ],
  ...[
    'U.S.',
    'a.b.-',
    'Dr. ',
    'A. ',
    'A.-',
    '1. ',
    '! ',
    '. ',
    '." ',
    '. (',
    ':( ',
    ':((',
    'x. 😀',
    '\n\n',
    '- a\n',
    '。」',
  ],
  ...['ក្ក', 'เเ', '\u0301 ', '𝒜', 'a+', 'A$', "'90", 'and- ', 'e.g. '],
]

test('the work grows no faster than the text, whatever the text', async () => {
  const blocks = await countBlocksOf(/\/dist\/text\/(?!.*\.test\.js)/)
  let pairs = 0
  for (const unit of HOSTILE) {
    const short = unit.repeat(Math.ceil(2000 / unit.length))
    const one = await blocks.count(() => segment(short))
    const four = await blocks.count(() => segment(short + short + short + short))
    assert.ok(one > 100, `${JSON.stringify(unit)}: only ${one} blocks were counted`)
    assert.ok(four < 4.3 * one, `${JSON.stringify(unit)}: ${one} blocks, ${four} for four times the text`)
    pairs++
  }
  blocks.stop()
  assert.equal(pairs, HOSTILE.length)
})

test('a megabyte of each of the worst is tokenized, split and given back', () => {
  for (const unit of ['a', '.', '@', ' ', '\u0301', '😀', '://', 'a.b.-', ':(', '_', '. "', "'"]) {
    const text = unit.repeat(Math.ceil(1_000_000 / unit.length))
    let joined = 0
    let at = 0
    for (const { tokens } of segment(text).sentences)
      for (const token of tokens) {
        assert.ok(token.start >= at)
        joined += token.text.length
        at = token.end
      }
    assert.equal(joined, text.replaceAll(' ', '').length, JSON.stringify(unit))
  }
})
