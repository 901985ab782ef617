import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { isInputError } from '../../base/errors.js'
import { readSentences } from '../node/read-corpus.js'
import { oracleFile } from '../testing/oracle-formats.js'

const folder = mkdtempSync(join(tmpdir(), 'nerite-damage-'))
after(() => rmSync(folder, { recursive: true, force: true }))

test('damaged files, cut or changed anywhere, are refused with an input error or read', async () => {
  const files = ['tokens.parquet', 'texts.parquet', 'plain-v2.parquet', 'tokens.arrow', 'plain-file.arrow']
  let cases = 0
  let refused = 0
  const attempt = async (name: string, bytes: Uint8Array) => {
    const path = join(folder, name)
    writeFileSync(path, bytes)
    cases++
    await readAll(path).catch((error: unknown) => {
      assert.ok(isInputError(error), `${name}: ${error}`)
      refused++
    })
  }
  for (const file of files) {
    const whole = readFileSync(oracleFile(file))
    for (let i = 0; i < 12; i++)
      await attempt(`cut-${file}`, whole.subarray(0, Math.floor((whole.length * i) / 12)))
    for (let i = 0; i < 60; i++) {
      const changed = Buffer.from(whole)
      const at = (i * 7919) % whole.length
      changed[at] = i % 3 === 0 ? 0xff : changed[at] ^ (1 << (i % 8))
      await attempt(`changed-${file}`, changed)
    }
  }
  assert.equal(cases, 5 * 72)
  assert.ok(refused >= 60)
})

async function readAll(path: string): Promise<void> {
  for await (const _ of readSentences(path));
}
