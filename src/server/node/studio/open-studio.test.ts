import assert from 'node:assert/strict'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
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
  const look = async () => studio.mount.fetch(new Request('http://localhost/projects', { method: 'POST' }))
  await assert.rejects(look)
  await studio.stop()
  rmSync(inTheWay)
  assert.ok((await look()).status < 500)
  await studio.close()
  folder.remove()
})

test('reading writes nothing before there is a project', async () => {
  const folder = temporaryFolder()
  const path = join(folder.path, 'studio')
  const studio = await openStudio({ folder: path, models: () => [] })
  const ask = async (where: string, method = 'GET') =>
    studio.mount.fetch(new Request(`http://localhost${where}`, { method }))
  assert.equal((await ask('/state')).status, 200)
  for (const where of ['/projects', '/projects/1', '/presets'])
    for (const method of ['GET', 'HEAD'])
      await assert.rejects(ask(where, method), { status: 404, code: 'request/path' })
  assert.equal(existsSync(path), false)
  await studio.close()
  folder.remove()
})
