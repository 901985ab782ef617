import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryFolder } from '../../../train/testing/tiny-run.js'
import { openStudio } from './open-studio.js'

test('a studio that could not be opened is opened when it can be, and closes in either case', async () => {
  const folder = temporaryFolder()
  const inTheWay = join(folder.path, 'file')
  writeFileSync(inTheWay, '')
  const options = { folder: join(inTheWay, 'studio'), models: () => [] }
  const studio = await openStudio(options)
  const look = async () => studio.mount.fetch(new Request('http://localhost/presets'))
  await assert.rejects(look)
  await studio.stop()
  rmSync(inTheWay)
  assert.equal((await look()).status, 200)
  await studio.close()
  folder.remove()
})
