import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isInputError } from '../../base/errors.js'
import { formatMessage } from '../../base/fault.js'
import { tempFolder } from '../testing/temp-folder.js'
import { decodeFile } from './decode-file.js'

const folder = tempFolder()

/** Each character's bytes, found by decoding: an encoder that shares nothing with the program. */
function encoded(text: string, label: string): Uint8Array {
  const decoder = new TextDecoder(label)
  const bytesOf = new Map<string, number[]>()
  for (let a = 0; a < 256; a++) bytesOf.set(decoder.decode(Uint8Array.of(a)), [a])
  for (let a = 0x81; a < 0xff; a++)
    for (let b = 0x40; b < 0xff; b++) {
      const character = decoder.decode(Uint8Array.of(a, b))
      if ([...character].length === 1 && character !== '\ufffd') bytesOf.set(character, [a, b])
    }
  return Uint8Array.from([...text].flatMap(character => bytesOf.get(character) ?? assert.fail(character)))
}

const rows = (...words: string[]) =>
  words.map((word, i) => `${word}\t${i % 3 === 0 ? 'B-PER' : 'O'}\n`).join('')
const TEXTS: readonly (readonly [label: string, text: string, name: string])[] = [
  ['gbk', rows('小', '明', '在', '北', '京', '的', '家', '里', '。', '他', '是', '学', '生'), 'GB18030'],
  ['gbk', rows('我', '们', '不', '要', '去', '上', '海', '，', '你', '也', '来'), 'GB18030'],
  ['big5', rows('小', '明', '在', '台', '北', '的', '家', '裡', '。', '他', '是', '學', '生', '們'), 'BIG5'],
  ['shift_jis', rows('田中', 'は', '東京', 'に', '住んでいる', '。'), 'Shift_JIS'],
  ['euc-jp', rows('田中', 'は', '東京', 'に', '住んでいる', '。'), 'EUC-JP'],
  ['euc-kr', rows('김민지', '는', '서울', '에', '산다'), 'CP949'],
  ['windows-1251', rows('Иван', 'живёт', 'в', 'Москве', 'с', 'сестрой'), 'WINDOWS-1251'],
  ['koi8-r', rows('Иван', 'живёт', 'в', 'Москве', 'с', 'сестрой'), 'KOI8-R'],
  ['windows-1253', rows('Ελένη', 'ζει', 'στην', 'Αθήνα'), 'WINDOWS-1253'],
]

async function refusal(bytes: Uint8Array): Promise<string> {
  const path = folder.file('a.conll', bytes)
  try {
    for await (const _ of decodeFile(path, {}));
  } catch (error) {
    assert.ok(isInputError(error))
    const [{ code, got, remedy = '' }] = error.faults
    assert.equal(code, 'not-utf-8')
    return `${formatMessage(got)}; ${formatMessage(remedy)}`
  }
  return 'read'
}

test('a file in an encoding that is not read is called by its name, and not read as Windows-1252', async () => {
  for (const [label, text, name] of TEXTS) {
    const message = await refusal(encoded(text.repeat(5), label))
    assert.match(message, new RegExp(`iconv -f ${name} `), `${label}: ${message}`)
  }
  assert.equal(TEXTS.length, 9)
})

test('Central European files are not read as Windows-1252, Western ones are', async () => {
  const polish = rows('Łukasz', 'świętą', 'książkę', 'półkę', 'żółty', 'łódź').repeat(4)
  for (const label of ['windows-1250', 'iso-8859-2'])
    assert.match(await refusal(encoded(polish, label)), /convert it with iconv/, label)
  const western: readonly string[] = [
    rows('Zoë', 'été', 'Besançon', 'où', '«', 'garçon', '»').repeat(5),
    rows('¿Qué', 'día', '¡Hola', 'señor', 'niño', '25°', 'm²').repeat(5),
    rows('Gruß', 'schön', '£5', 'über', '½', '§3').repeat(5),
  ]
  for (const text of western) assert.equal(await refusal(encoded(text, 'windows-1252')), 'read', text)
})

test('damaged UTF-8 is not called by another name', async () => {
  const bytes = new TextEncoder().encode(rows('我', '们', '不', '要', '去', '上', '海').repeat(5))
  bytes[40] = 0xff
  assert.doesNotMatch(await refusal(bytes), /iconv -f/)
})
