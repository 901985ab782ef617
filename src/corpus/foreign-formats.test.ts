import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isInputError } from '../base/errors.js'
import { formatMessage } from '../base/fault.js'
import { readAll } from './testing/read-all.js'

/** Files that were written for these tests, in the forms that the tools write. */
const FILES: readonly (readonly [name: string, text: string, title: RegExp])[] = [
  [
    'nlu.yml',
    'version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - I am [Ada](name)\n',
    /Rasa \(YAML\)/,
  ],
  ['nlu.md', '## intent:greet\n- I am [Ada](name)\n- hi\n', /Rasa \(Markdown\)/],
  ['nlu.json', '{"rasa_nlu_data":{"common_examples":[{"text":"I am Ada","entities":[]}]}}', /Rasa \(JSON\)/],
  ['nlu.json', '{\n  "rasa_nlu_data": {\n    "common_examples": [\n', /Rasa \(JSON\)/],
  ['a.json', '{"%TYPES":{},"%FEATURE_STRUCTURES":[]}', /CAS JSON/],
  ['a.xmi', '<?xml version="1.0"?>\n<xmi:XMI xmlns:xmi="http://www.omg.org/XMI">\n', /XMI/],
  ['a.xml', "<?xml version='1.0'?>\n<GateDocument version='3'>\n", /GATE/],
  ['a.xml', '<TEI xmlns="http://www.tei-c.org/ns/1.0"><text><persName>Ada</persName></text></TEI>', /TEI/],
  ['a.xml', '<?xml version="1.0"?>\n<FoLiA xmlns="x">\n', /FoLiA/],
  ['a.xml', '<collection><source>x</source>\n<document><infon key="a">b</infon>\n', /BioC/],
  ['a.txt', '123|t|Ada wrote.\n123|a|More.\n123\t0\t3\tAda\tPerson\n', /PubTator/],
  ['a.ttl', '@prefix nif: <http://x> .\n', /linked data/],
  ['a.html', '<!DOCTYPE html>\n<html><b>Ada</b></html>\n', /HTML/],
  ['a.xml', '<?xml version="1.0"?>\n<a><PER>Ada</PER></a>\n', /XML file/],
]

test('formats that are not read are refused by name, with what to do', async () => {
  for (const [name, text, title] of FILES) {
    const error = await readAll(text, name).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    assert.ok(isInputError(error), name)
    const [{ code, got, remedy = '' }] = error.faults
    assert.equal(code, 'foreign-format', `${name} ${text}`)
    assert.match(formatMessage(got), title)
    assert.ok(formatMessage(remedy).length > 20)
  }
  assert.equal(FILES.length, 14)
})

test('corpora that look a little like them are read', async () => {
  const read: readonly (readonly [string, string])[] = [
    ['a.txt', '# intent\n[Ada](PER) wrote ## intent: it\n'],
    ['a.txt', 'nlu: B-ORG\n- O\n'],
    ['a.conll', '@prefix O\nAda B-PER\n'],
    ['a.jsonl', '{"text":"rasa_nlu_data by Ada","entities":[[17,20,"PER"]]}\n'],
  ]
  for (const [name, text] of read) assert.ok((await readAll(text, name)).sentences.length > 0, text)
})
