/** Runs that another version of the program wrote: read as they are meant, or refused with both versions. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { isInputError } from '../base/errors.js'
import { VERSION } from '../base/version.js'
import { loadTagger } from '../recognize/node/load-tagger.js'
import { packRun } from '../run/node/pack-run.js'
import { temporaryFolder, tinyConfig, trainHere } from '../train/testing/tiny-run.js'
import { HostileFolder } from './testing/hostile-runs/hostile-folder.js'

const TEXT = 'Ada Lovelace wrote to Charles Babbage from London on 12 May.'
const folder = temporaryFolder()
after(() => folder.remove())
const run = join(folder.path, 'run')
before(async () => {
  await trainHere({ config: tinyConfig({ training: { epochs: 1 } }), out: run })
})

let copies = 0
/** A copy of the run that says it is of another version. */
function writtenBy(nerite: string, change: (copy: HostileFolder) => void = () => {}): string {
  const copy = HostileFolder.copyOf(run, join(folder.path, `copy${copies++}`))
  change(copy)
  copy.seal().manifest(manifest => ({ ...manifest, nerite }))
  return copy.dir
}

async function load(dir: string): Promise<{ readonly notices: readonly string[]; readonly found: unknown }> {
  const notices: string[] = []
  await using tagger = await loadTagger(dir, { threads: 1, onNotice: notice => notices.push(notice) })
  return { notices, found: await tagger.tagProbabilities([TEXT.split(' ')]) }
}

/** The network as another version may build it: the same numbers under another name. */
const otherGraph = (copy: HostileFolder) => {
  const text = copy.read('model.onnx').toString('latin1')
  copy.write('model.onnx', Buffer.from(text.replaceAll('logits', 'scores'), 'latin1'))
}

test('a run of another version whose files are as this one writes them is read without a word', async () => {
  const own = await load(run)
  assert.deepEqual(own.notices, [])
  for (const version of ['0.0.1', '0.1.1', '99.0.0', '1.0.0-beta.2', 'x'])
    assert.deepEqual(await load(writtenBy(version)), own, version)
})

test('the network of an older version is built anew, which is said', async () => {
  const { notices, found } = await load(writtenBy('0.0.9', otherGraph))
  assert.equal(notices.length, 1)
  assert.ok(notices[0].includes('model.onnx') && notices[0].includes('0.0.9'), notices[0])
  assert.deepEqual(found, (await load(run)).found)
})

test('what this version does not know of a newer run is refused with both versions', async () => {
  const setting = (copy: HostileFolder) => {
    copy.write('config.json', JSON.stringify({ ...(copy.json('config.json') as object), soul: 3 }))
  }
  const vocabulary = (copy: HostileFolder) => {
    copy.write('vocab.json', JSON.stringify({ ...(copy.json('vocab.json') as object), scheme: 'brackets' }))
  }
  const cases = [
    ['0.1.1', otherGraph, 'model.onnx'],
    ['7.0.0', otherGraph, 'model.onnx'],
    ['seven', otherGraph, 'model.onnx'],
    ['7.0.0', setting, 'config.json'],
    ['7.0.0', vocabulary, 'vocab.json'],
  ] as const
  for (const [version, change, file] of cases) {
    const dir = writtenBy(version, change)
    await assert.rejects(
      () => load(dir),
      (error: unknown) => {
        assert.ok(isInputError(error), String(error))
        assert.ok(error.message.includes(file) && error.message.includes('manifest.json'), error.message)
        assert.ok(error.message.includes(version) && error.message.includes(VERSION), error.message)
        return true
      },
    )
  }
  assert.equal(cases.length, 5)
})

test('a run of this version with another network is refused without a word of versions', async () => {
  await assert.rejects(
    () => load(writtenBy(VERSION, otherGraph)),
    (error: unknown) => isInputError(error) && error.faults.length === 1,
  )
})

test('a packed run of a newer version is read with a notice: it has no graph to compare', async () => {
  const packed = join(folder.path, 'packed')
  await packRun(run, packed)
  const noticesOf = async (nerite: string) => {
    const copy = HostileFolder.copyOf(packed, join(folder.path, `packed-${nerite}`))
    return (await load(copy.manifest(manifest => ({ ...manifest, nerite })).dir)).notices
  }
  assert.deepEqual(await noticesOf(VERSION), [])
  assert.deepEqual(await noticesOf('0.0.1'), [])
  const [notice, ...others] = await noticesOf('0.2.0')
  assert.ok(notice.includes('0.2.0') && notice.includes(VERSION) && others.length === 0, notice)
})
