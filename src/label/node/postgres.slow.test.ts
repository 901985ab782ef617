import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { LabelStore } from '../store/label-store.js'
import { noPostgres, type PostgresServer, startPostgres } from '../testing/postgres-server.js'
import { storeBattery } from '../testing/store-battery.js'
import { openPostgres } from './postgres.js'

let server: PostgresServer | undefined
before(async () => {
  if (!noPostgres) server = await startPostgres()
})
after(() => server?.close())

storeBattery('Postgres', () => openPostgres(server?.url ?? ''), { skip: noPostgres })

test('a database that cannot be reached is named without its password', async () => {
  const addresses = [
    'postgres://me:secret@127.0.0.1:1/x',
    'postgres://me:1/secret@127.0.0.1:1/x',
    'postgres://me:p@secret@127.0.0.1:1/x',
    'postgres://me:/secret@127.0.0.1:1/x',
    'postgres://127.0.0.1:1/x?user=me&password=secret',
  ]
  for (const address of addresses) {
    const error = await openPostgres(address).then(
      () => undefined,
      (error: Error) => error,
    )
    assert.equal((error as { code?: string }).code, 'label/database', address)
    assert.ok(!error?.message.includes('secret'), error?.message)
  }
})

test('two servers may make the tables of a new database at once', { skip: noPostgres }, async () => {
  const url = server?.url ?? ''
  const first = await openPostgres(url)
  await first.batch(
    ['runs', 'suggestions', 'labels', 'documents', 'projects', 'nerite'].map(name => ({
      sql: `DROP TABLE ${name}`,
    })),
  )
  await first.close()
  const stores = await Promise.all(
    Array.from({ length: 6 }, async () => LabelStore.open(await openPostgres(url))),
  )
  assert.equal(stores.length, 6)
  await Promise.all(stores.map(store => store.close()))
})
