import { once } from 'node:events'
import { existsSync, rmdirSync } from 'node:fs'
import type { Worker } from 'node:worker_threads'
import { acquireLock } from '../../base/node/lock.js'
import { startWorker } from '../../base/node/start-worker.js'
import { LabelError } from '../label-error.js'
import type { SqlDatabase, SqlRow, Statement } from '../store/sql-database.js'
import type { SqliteAnswer, SqliteRequest } from './sqlite-messages.js'

interface Waiting {
  readonly resolve: (rows: readonly (readonly SqlRow[])[]) => void
  readonly reject: (error: Error) => void
}

/**
 * A database in one file, made if it is not there. It works in a thread of its own, so that the caller's never waits for
 * the disk. Each transaction is flushed to the disk before it counts (`synchronous = EXTRA`), and one that a killed process
 * left half written is rolled back when the file is opened. One process may have it open.
 *
 * @throws InputError `lock/held` if another process has it open; LabelError `label/database` for a file that is none
 */
export async function openSqlite(path: string): Promise<SqlDatabase> {
  const lock = acquireLock(`${path}.process`)
  let worker: Worker | undefined
  try {
    // SQLite's own lock is a folder, which a killed process leaves behind. No other process is there: we hold our lock.
    if (existsSync(`${path}.lock`)) rmdirSync(`${path}.lock`)
    worker = startWorker(new URL('./sqlite-thread.js', import.meta.url), { path })
    const [first] = (await once(worker, 'message')) as [SqliteAnswer]
    if (first.error !== undefined)
      throw new LabelError('label/database', {
        where: { file: path },
        expected: 'a database of labels, or nothing',
        got: first.error,
      })
    return new Sqlite(worker, () => lock[Symbol.dispose]())
  } catch (error) {
    await worker?.terminate()
    lock[Symbol.dispose]()
    throw error
  }
}

class Sqlite implements SqlDatabase {
  private readonly waiting = new Map<number, Waiting>()
  private next = 1
  private isClosed = false
  private readonly exited: Promise<unknown>

  constructor(
    private readonly worker: Worker,
    private readonly unlock: () => void,
  ) {
    this.exited = once(worker, 'exit')
    worker.on('message', ({ id, rows, error }: SqliteAnswer) => {
      const own = this.waiting.get(id)
      this.waiting.delete(id)
      if (error === undefined) own?.resolve(rows ?? [])
      else own?.reject(new Error(`SQLite: ${error}`))
    })
    const fail = (error: Error) => {
      for (const { reject } of this.waiting.values()) reject(error)
      this.waiting.clear()
      this.isClosed = true
    }
    worker.on('error', fail)
    worker.on('exit', () => fail(new Error('the database was closed')))
  }

  batch(statements: readonly Statement[]): Promise<readonly (readonly SqlRow[])[]> {
    if (this.isClosed) return Promise.reject(new Error('the database was closed'))
    const id = this.next++
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject })
      this.worker.postMessage({ id, statements } satisfies SqliteRequest)
    })
  }

  async batchOf(parts: AsyncIterable<readonly Statement[]>): Promise<void> {
    if (this.isClosed) throw new Error('the database was closed')
    const id = this.next++
    const send = (statements: readonly Statement[], rest?: SqliteRequest['rest']) => {
      if (this.isClosed) throw new Error('the database was closed')
      this.worker.postMessage({ id, statements, rest, withRows: false } satisfies SqliteRequest)
    }
    try {
      for await (const statements of parts) send(statements, 'more')
    } catch (error) {
      if (!this.isClosed) send([], 'none')
      throw error
    }
    await new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject })
      send([])
    })
  }

  async close(): Promise<void> {
    if (this.isClosed) return
    this.isClosed = true
    this.worker.postMessage({ id: 0, statements: [] } satisfies SqliteRequest)
    await this.exited
    this.unlock()
  }
}
