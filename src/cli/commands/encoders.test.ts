import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { temporaryFolder } from '../../base/node/temporary.js'
import { runCli } from '../testing/run-cli.js'

const folder = temporaryFolder('nerite-encoders-cli-')
after(() => folder[Symbol.dispose]())
const at = (name: string) => join(folder.path, name)

test('init writes the settings of a preset for an encoder, and asks for its folder', async () => {
  const preset = ['init', '--preset', 'encoder-crf', '--out', at('config.json')]
  const without = await runCli(...preset)
  assert.equal(without.code, 2)
  assert.match(without.stderr, /--pretrained/)
  assert.ok(!existsSync(at('config.json')))
  assert.equal((await runCli(...preset, '--pretrained', 'models/small')).code, 0)
  const { pretrained, encoder } = JSON.parse(readFileSync(at('config.json'), 'utf8'))
  assert.deepEqual([pretrained.folder, encoder], ['models/small', []])
})

test('import makes a run that predict can use; what is no checkpoint is one message and leaves nothing', async () => {
  const made = await runCli('import', 'oracles/encoders/ner-bert', '--out', at('run'), '--json')
  assert.equal(made.code, 0, made.stderr)
  assert.deepEqual(JSON.parse(made.stdout).types, ['LOC', 'PER'])
  const text = 'Ada wrote from Zürich 😀.'
  const { stdout } = await runCli('predict', at('run'), '--text', text)
  const { entities } = JSON.parse(stdout)
  assert.ok(entities.length > 0)
  for (const { start, end, text: own, score } of entities) {
    assert.equal(text.slice(start, end), own)
    assert.ok(score > 0 && score <= 1)
  }
  for (const args of [
    ['oracles/encoders/bert', '--out', at('other')],
    ['oracles/encoders/ner-bert', '--out', at('other'), '--scheme', 'BMES'],
    ['oracles/encoders/ner-bert', '--out', at('run')],
    [at('nowhere'), '--out', at('other')],
  ]) {
    const refused = await runCli('import', ...args)
    assert.equal(refused.code, 2, args.join(' '))
    assert.doesNotMatch(refused.stderr, /\n\s+at /)
    assert.ok(!existsSync(at('other')))
  }
})
