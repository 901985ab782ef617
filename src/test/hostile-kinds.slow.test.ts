/** Folders of CRFs, HMMs, bootstrapped lists, rules and combinations from hostile strangers: each is refused in one message, or tags. */
import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { KINDS } from '../train/features/testing/kinds.js'
import { temporaryFolder } from '../train/testing/tiny-run.js'
import { combine } from '../workflows/node/combine.js'
import { Commands, unsoundness } from './testing/hostile-runs/commands.js'
import type { HostileCase } from './testing/hostile-runs/hostile-case.js'
import { HostileFolder } from './testing/hostile-runs/hostile-folder.js'
import {
  bootstrapCases,
  combinationCases,
  crfCases,
  crfStepCases,
  hmmCases,
} from './testing/hostile-runs/kind-cases.js'

const folder = temporaryFolder()
const at = (name: string) => join(folder.path, name)
after(() => folder.remove())

const SECRET = 'zqxjwv'
const TEXT = `Ada Lovelace wrote to Charles Babbage from London. ${SECRET} ${'a'.repeat(5000)} __proto__ constructor`

const SUITES: readonly {
  readonly model: string
  readonly cases: () => readonly HostileCase[]
  readonly count: number
  readonly refused: number
}[] = [
  { model: 'crf', cases: crfCases, count: 80, refused: 40 },
  { model: 'crf-steps', cases: crfStepCases, count: 29, refused: 18 },
  { model: 'bootstrap', cases: bootstrapCases, count: 53, refused: 20 },
  { model: 'hmm', cases: hmmCases, count: 71, refused: 40 },
  { model: 'both', cases: () => combinationCases(at('secret.txt')), count: 131, refused: 70 },
]

for (const { model, cases, count, refused: least } of SUITES)
  test(`hostile folders of ${model}: each is refused in one message, or tags`, async () => {
    for (const { name, make } of KINDS)
      if (name === (model === 'both' ? 'hmm' : model)) await make(at(`${model}-run`))
    writeFileSync(at('secret.txt'), `${SECRET}\n`)
    writeFileSync(at('rules.yaml'), "rules: [{type: ORG, names: [Babbage]}, {type: NAME, regex: '[A-Z]+'}]")
    writeFileSync(at('both.yaml'), 'parts: [{model: both-run}, {rules: rules.yaml, as: fix}, {model: pii}]')
    if (model === 'both') await combine(at('both.yaml'), at('both'), () => {})
    const source = model === 'both' ? at('both') : at(`${model}-run`)
    using commands = new Commands()
    const complaints: string[] = []
    const all = cases()
    assert.equal(new Set(all.map(({ name }) => name)).size, all.length, 'every case has its own name')
    let [refused, tagged] = [0, 0]
    for (const each of all) {
      each.change(HostileFolder.copyOf(source, at('hostile')))
      const result = await commands.run([
        'predict',
        at('hostile'),
        '--text',
        TEXT,
        '--json',
        '--threads',
        '1',
      ])
      const wrong =
        unsoundness(result, at('hostile')) ??
        (result?.code === 0 && each.expected === 'refused' ? 'was not refused' : undefined)
      if (wrong !== undefined) complaints.push(`${each.name}: ${wrong}`)
      else if (result?.code === 0) tagged++
      else refused++
      if (result?.code === 0) assert.doesNotMatch(result.stdout, new RegExp(`"text":"${SECRET}"`))
      rmSync(at('hostile'), { recursive: true, force: true })
    }
    console.log(`${all.length} folders: ${refused} refused, ${tagged} tagged`)
    assert.deepEqual(complaints, [])
    assert.equal(all.length, count)
    assert.ok(refused >= least && tagged > 0, `${refused} refused, ${tagged} tagged`)
  })
