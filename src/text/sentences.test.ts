import assert from 'node:assert/strict'
import { test } from 'node:test'
import { segment, splitSentences } from './sentences.js'
import { tokenize } from './tokenize.js'

/** Hand-labeled: the sentences, between `¦`, of a text. */
const CASES: readonly (readonly [text: string, sentences: string])[] = [
  ['', ''],
  [' \n ', ''],
  ['no stop', 'no stop'],
  ['Ada wrote. He paid.', 'Ada wrote.¦He paid.'],
  ['What? No! Yes.', 'What?¦No!¦Yes.'],
  // abbreviations, initials, numbers
  ['Mr. Smith met Dr. Jones. They left.', 'Mr. Smith met Dr. Jones.¦They left.'],
  ['He lives in the U.S. The army left.', 'He lives in the U.S.¦The army left.'],
  ['At 5 p.m.? Yes. In the U.S.! No.', 'At 5 p.m.?¦Yes.¦In the U.S.!¦No.'],
  ['It uses .NET now. Good', 'It uses .NET now.¦Good'],
  ['The U.S. Army left.', 'The U.S. Army left.'],
  [
    'Acme Inc. Chairman Bo Lund quit. Bolt Ltd. It rose.',
    'Acme Inc. Chairman Bo Lund quit.¦Bolt Ltd.¦It rose.',
  ],
  ['He came at 5 p.m. He left at 6 p.m. on Sunday.', 'He came at 5 p.m.¦He left at 6 p.m. on Sunday.'],
  ['J. R. R. Tolkien wrote. A. Smith read.', 'J. R. R. Tolkien wrote.¦A. Smith read.'],
  ['It was Plan B. The end.', 'It was Plan B.¦The end.'],
  ['See Fig. 3 and No. 5. It cost 3.50. Good.', 'See Fig. 3 and No. 5.¦It cost 3.50.¦Good.'],
  ['He said no. Then he left.', 'He said no.¦Then he left.'],
  ['Use it, e.g. The Times, often.', 'Use it, e.g. The Times, often.'],
  ['Apples, pears, etc. They sell.', 'Apples, pears, etc.¦They sell.'],
  ['Washington, D.C. “The city,” he said.', 'Washington, D.C.¦“The city,” he said.'],
  ['On Jan. 5 it fell. In Feb. It rose.', 'On Jan. 5 it fell.¦In Feb.¦It rose.'],
  // quotes and brackets after the stop
  ['"Go." He went.', '"Go."¦He went.'],
  ['"Go!" he said. "Why?" she asked.', '"Go!" he said.¦"Why?" she asked.'],
  ['“Go.” ‘Stay.’ He did.', '“Go.”¦‘Stay.’¦He did.'],
  ['(It rained.) We left.', '(It rained.)¦We left.'],
  ['It rained (really!) all day.', 'It rained (really!) all day.'],
  ['He left (at last). "Good."', 'He left (at last).¦"Good."'],
  ['It ended. (See below.) Fine.', 'It ended.¦(See below.)¦Fine.'],
  ['„Gut.“ Er ging.', '„Gut.“¦Er ging.'],
  ['¿Qué? ¡Hola! Sí.', '¿Qué?¦¡Hola!¦Sí.'],
  ['« Oui. » Elle part.', '« Oui. »¦Elle part.'],
  ['Er ging. »Gut«, sagte er. »Gut.« Er blieb.', 'Er ging.¦»Gut«, sagte er.¦»Gut.«¦Er blieb.'],
  // stops that end nothing
  ['Yahoo! is big. Yes.', 'Yahoo! is big.¦Yes.'],
  ['Then... he left. Well... No.', 'Then... he left.¦Well...¦No.'],
  ['It works in Node.js. See http://x.io/a. Done.', 'It works in Node.js.¦See http://x.io/a.¦Done.'],
  ['Prices rose 3.5 percent; sales fell. Fine', 'Prices rose 3.5 percent; sales fell.¦Fine'],
  ['Why?, he asked. So?', 'Why?, he asked.¦So?'],
  // a forgotten space
  ['It ended.The next began.', 'It ended.¦The next began.'],
  // paragraphs, lines, lists
  ['A title\n\nThe text goes\non. And on.', 'A title¦The text goes\non.¦And on.'],
  ['A title\r\n\r\nThe text', 'A title¦The text'],
  ['one\u2029two', 'one¦two'],
  ['Buy:\n- milk\n- bread\nand butter', 'Buy:¦- milk¦- bread\nand butter'],
  ['1. First\n2. Second. Then\n10. Tenth', '1. First¦2. Second.¦Then¦10. Tenth'],
  ['a) one\nb) two', 'a) one¦b) two'],
  ['• one\n• two', '• one¦• two'],
  ['It was 5\nof them.', 'It was 5\nof them.'],
  [
    'From: Ada Lovelace\nTo: Bo\nSubject: The late delivery',
    'From: Ada Lovelace¦To: Bo¦Subject: The late delivery',
  ],
  [
    'Thank you for all you did in the last\nfew weeks.\nBest,\nAda',
    'Thank you for all you did in the last\nfew weeks.¦Best,¦Ada',
  ],
  [
    'The letter that he wrote went to\nLovelace in London and to\nnobody else',
    'The letter that he wrote went to\nLovelace in London and to\nnobody else',
  ],
  // a paragraph that was not wrapped
  [
    'OSLO, Monday\nHarbour opens after the long winter storm\nThe mayor opened the harbour\nHe was glad',
    'OSLO, Monday¦Harbour opens after the long winter storm¦The mayor opened the harbour¦He was glad',
  ],
  // tweets
  ['Great day!!! :) Next one', 'Great day!!! :)¦Next one'],
  ['so good. 😀😀 See you', 'so good. 😀😀¦See you'],
  ['i went home. it was nice. ok', 'i went home.¦it was nice.¦ok'],
  ['omg!!! i love it', 'omg!!!¦i love it'],
  ['RT @ada: wow. #happy', 'RT @ada: wow.¦#happy'],
  ['He met the gov. of Ohio. Then', 'He met the gov. of Ohio.¦Then'],
  // other scripts
  ['今日は晴れ。明日は雨！「はい。」と言った。', '今日は晴れ。¦明日は雨！¦「はい。」と言った。'],
  ['वह गया। मैं आया।', 'वह गया।¦मैं आया।'],
  ['هل ذهب؟ نعم.', 'هل ذهب؟¦نعم.'],
  ['Он ушёл. Она А. С. Пушкина читает.', 'Он ушёл.¦Она А. С. Пушкина читает.'],
]

test('tokens that are known already give the same sentences', () => {
  for (const [text] of CASES) assert.deepEqual(splitSentences(text, tokenize(text)), splitSentences(text))
  const text = 'He left. He paid.'
  assert.equal(splitSentences(text, []).length, 0, 'the tokens are taken as they are')
})

test('the hand-labeled table of sentences', () => {
  const got = CASES.map(([text]) => [
    text,
    splitSentences(text)
      .map(({ start, end }) => text.slice(start, end))
      .join('¦'),
  ])
  assert.deepEqual(got, CASES)
  assert.ok(CASES.length >= 50)
})

test('tokens carry offsets into the whole text', () => {
  const text = 'Ada wrote. He paid.'
  const { sentences } = segment(text)
  assert.deepEqual(
    sentences.map(({ tokens }) => tokens.map(({ start }) => start)),
    [
      [0, 4, 9],
      [11, 14, 18],
    ],
  )
})
