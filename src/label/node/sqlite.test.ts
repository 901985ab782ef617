import assert from 'node:assert/strict'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { temporaryFolder } from '../../train/testing/tiny-run.js'
import { storeBattery } from '../testing/store-battery.js'
import { openStore } from './open-store.js'
import { openSqlite } from './sqlite.js'

const folder = temporaryFolder()
after(() => folder.remove())
const path = join(folder.path, 'labels.sqlite')

storeBattery('SQLite', () => openSqlite(path))

test('a file is open in one process at a time, and again after it was closed', async () => {
  const database = await openSqlite(path)
  await assert.rejects(openSqlite(path), { code: 'lock/held' })
  await database.close()
  await assert.rejects(database.batch([]), /closed/)
  await (await openSqlite(path)).close()
  assert.ok(!existsSync(`${path}.process`))
})

test('the lock of a killed process is no obstacle', async () => {
  mkdirSync(`${path}.lock`)
  await (await openSqlite(path)).close()
})

test('what is no database is refused by name, and can be put right', async () => {
  const other = join(folder.path, 'other.sqlite')
  writeFileSync(other, 'this is no database, but it is long enough to look like one '.repeat(20))
  await assert.rejects(openSqlite(other), { code: 'label/database' })
  await assert.rejects(openSqlite(other), { code: 'label/database' })
  await assert.rejects(openStore(folder.path, 'mysql://x'), { code: 'label/option' })
})
