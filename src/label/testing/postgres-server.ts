/** A Postgres server for tests, in a folder of its own, over a socket in it. */
import { spawn, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Debian keeps the programs of the server out of the path. */
function binaries(): string | undefined {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort() : []
  const places = [
    process.env.POSTGRES_BIN,
    ...versions.reverse().map(version => join(debian, version, 'bin')),
  ]
  return places.find(place => place !== undefined && existsSync(join(place, 'initdb')))
}

const bin = binaries()
const root = process.getuid?.() === 0
/** The server refuses to run as root: Debian has a user for it. */
const user = root ? idsOf('postgres') : undefined

/** Why tests with Postgres can't run, if they can't. */
export const noPostgres: string | false =
  bin === undefined
    ? 'no PostgreSQL here: install it, or set POSTGRES_BIN to the folder of initdb'
    : root && user === undefined
      ? 'PostgreSQL does not run as root, and there is no user postgres'
      : false

function idsOf(name: string): { readonly uid: number; readonly gid: number } | undefined {
  const [uid, gid] = ['-u', '-g'].map(flag =>
    Number(spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout),
  )
  return uid > 0 && gid > 0 ? { uid, gid } : undefined
}

export interface PostgresServer {
  readonly url: string
  readonly close: () => Promise<void>
}

export async function startPostgres(): Promise<PostgresServer> {
  if (bin === undefined) throw new Error('no PostgreSQL')
  const folder = mkdtempSync(join(tmpdir(), 'nerite-pg-'))
  const data = join(folder, 'data')
  mkdirSync(data)
  if (user) for (const path of [folder, data]) chownSync(path, user.uid, user.gid)
  const options = { ...user, cwd: folder, env: { ...process.env, LC_ALL: 'C', HOME: folder } }
  const made = spawnSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'nerite', '-A', 'trust', '-E', 'UTF8'],
    options,
  )
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`)
  // A socket in the folder, and no port: nothing else can be in the way.
  const server = spawn(join(bin, 'postgres'), ['-D', data, '-k', folder, '-c', 'listen_addresses='], {
    ...options,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  await new Promise<void>((resolve, reject) => {
    let log = ''
    server.stderr.on('data', (part: Buffer) => {
      log += part
      if (log.includes('ready to accept connections')) resolve()
    })
    server.once('exit', code => reject(new Error(`postgres ended with ${code}: ${log}`)))
  })
  return {
    url: `postgres://nerite@/postgres?host=${encodeURIComponent(folder)}`,
    close: async () => {
      const exited = new Promise(resolve => server.once('exit', resolve))
      server.kill('SIGINT')
      await exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
