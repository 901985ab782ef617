import assert from 'node:assert/strict'
import { test } from 'node:test'
import { languageOf } from './language.js'
import { tokenize } from './tokenize.js'

const TEXTS: readonly (readonly [string | undefined, string])[] = [
  ['en', 'The harbour was closed after the storm, and they had to wait.'],
  ['de', 'Der Hafen war nach dem Sturm geschlossen, und sie mussten warten.'],
  ['nl', 'De haven was na de storm gesloten, en ze moesten wachten op het schip.'],
  ['es', 'El puerto estaba cerrado después de la tormenta y los barcos no salían.'],
  ['fr', 'Le port était fermé après la tempête et les bateaux ne sont pas partis.'],
  ['it', 'Il porto era chiuso dopo la tempesta e le barche non sono partite dalla città.'],
  ['pt', 'O porto não abriu depois da tempestade, mas os barcos foram para uma ilha.'],
  ['da', 'Havnen var lukket efter stormen, og de skulle vente på det næste skib.'],
  ['sv', 'Hamnen var stängd efter stormen, och de skulle vänta på att han kom från ön.'],
  ['pl', 'Port był zamknięty po burzy i nie było już statków, które są dla nas.'],
  ['fi', 'Satama oli suljettu myrskyn jälkeen, mutta he eivät ole vain odottaneet, ja se on hyvä.'],
  [undefined, ''],
  [undefined, 'Ulm – Brest 3:0'],
  [undefined, '北京 2008'],
]

test('the language of a text by its function words', () => {
  assert.deepEqual(
    TEXTS.map(([, text]) => languageOf(text)),
    TEXTS.map(([language]) => language),
  )
  assert.equal(TEXTS.length, 14)
})

test('only the first 20,000 units count', () => {
  const german = 'Der Hafen war nach dem Sturm geschlossen. '
  assert.equal(
    languageOf(german.repeat(480) + 'The harbour was closed after the storm. '.repeat(5_000)),
    'de',
  )
})

test('contractions split in English, elision in Romance languages, hyphens stay in German', () => {
  const words = (text: string) => tokenize(text).map(token => token.text)
  const cases = [
    ['It was Ada’s and not the man’s.', 'Ada ’s'],
    ['Het huis van Ada’s moeder is niet groot.', 'Ada’s'],
    ['Die Foto’s und das Haus sind nicht von ihm.', 'Foto’s'],
    ["Elle a vu la maison d'une amie et les arbres.", "d' une"],
    ['The chargé d’affaires was not at the table.', 'd’affaires'],
    ['Das ist für Früh- und Spätschichten, Innen- oder Außen-, und -türen.', 'Früh- und'],
    ['Das ist für Früh- und Spätschichten, Innen- oder Außen-, und -türen.', 'Außen- , und -türen'],
  ] as const
  for (const [text, wanted] of cases)
    assert.ok(` ${words(text).join(' ')} `.includes(` ${wanted} `), `${wanted}: ${words(text).join(' ')}`)
  assert.equal(cases.length, 7)
})
