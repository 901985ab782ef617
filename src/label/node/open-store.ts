import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { option } from '../../base/fault.js'
import { LabelError } from '../label-error.js'
import { LabelStore } from '../store/label-store.js'

/** The file of labels in a studio's folder. */
const FILE = 'labels.sqlite'

/**
 * Opens the labels of a studio.
 * @param folder made if it is not there; holds the database file unless `database` names another database
 * @param database `postgres://…`
 * @throws LabelError `label/option`; as `openSqlite` and `openPostgres`
 * @example
 * const store = await openStore('studio')
 */
export async function openStore(folder: string, database?: string): Promise<LabelStore> {
  if (database !== undefined && !/^postgres(ql)?:\/\//.test(database))
    throw new LabelError('label/option', {
      where: option('database'),
      expected: 'an address that begins with postgres://',
      got: 'another',
    })
  mkdirSync(folder, { recursive: true })
  const connection =
    database === undefined
      ? (await import('./sqlite.js')).openSqlite(join(folder, FILE))
      : (await import('./postgres.js')).openPostgres(database)
  return LabelStore.open(await connection)
}
