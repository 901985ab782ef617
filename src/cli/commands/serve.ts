import { availableParallelism } from 'node:os'
import { basename } from 'node:path'
import { option, say } from '../../base/fault.js'
import { MOST_THREADS } from '../../recognize/arguments.js'
import { createServer } from '../../server/create-server.js'
import { Models } from '../../server/models/models.js'
import { type LabelStudioAccount, labeledInLabelStudio } from '../../server/node/label-studio-client.js'
import { listen } from '../../server/node/listen.js'
import { ModelLoader } from '../../server/node/model-loader.js'
import { type ModelSource, parseModelSources } from '../../server/node/model-source.js'
import { prometheusMetrics } from '../../server/node/prometheus.js'
import { type OpenedStudio, openStudio } from '../../server/node/studio/open-studio.js'
import { studioFiles } from '../../server/node/studio-files.js'
import {
  checkTokenText,
  generateToken,
  isLoopback,
  readToken,
  TOKEN_VARIABLE,
} from '../../server/node/token.js'
import type { AddCommand } from '../context.js'
import { abortOnInterrupt } from '../interrupts.js'
import { argumentError, optionError, wholeNumberOption } from '../options.js'

/** Not an option: others see those in the list of processes. */
const LABEL_STUDIO_KEY = 'LABEL_STUDIO_API_KEY'

const EXAMPLE = `
Beyond this machine (--host), and for everything that writes, a token is needed: that of --token, --token-file or the variable
${TOKEN_VARIABLE}, or else one that is made and printed at the start.

Examples:
  nerite serve en
  nerite serve en news=runs/a pii --workers 4 --port 9000
  curl -H 'Content-Type: application/json' -d '{"text":"Ada wrote from London."}' http://127.0.0.1:8080/v1/entities
  NERITE_TOKEN=$(cat token) nerite serve runs/a --host 0.0.0.0 --allow-host ner.example.com`

interface Flags {
  readonly host: string
  readonly port: number
  readonly workers: number
  readonly token?: string
  readonly tokenFile?: string
  readonly allowHost: readonly string[]
  readonly allowOrigin: readonly string[]
  /** `false` for `--no-studio`. */
  readonly studio: string | false
  readonly database?: string
  readonly runs?: string
  readonly labelStudio?: string
  readonly country?: string
  readonly maxBytes?: number
  readonly timeout: number
  readonly maxRequests?: number
  readonly maxWaiting?: number
  readonly grace: number
}

/** `nerite serve`: answers over HTTP. */
export const addServe: AddCommand = (program, context) => {
  const cores = availableParallelism()
  program
    .command('serve')
    .description('an HTTP server: entities, models, and a studio in the browser')
    .argument(
      '[models...]',
      'run folders, installed models such as en, rules files, pii; NAME=MODEL gives a name',
    )
    .option('--host <address>', 'where it listens; 0.0.0.0: on all addresses', '127.0.0.1')
    .addOption(
      wholeNumberOption('--port <n>', 'where it listens; 0: any that is free', 0, 65535).default(8080),
    )
    .addOption(
      wholeNumberOption(
        '--workers <n>',
        `threads that tag, for each model (this machine has ${cores} cores)`,
        1,
        MOST_THREADS,
      ).default(Math.min(cores, MOST_THREADS)),
    )
    .option('--token <token>', 'the token, required for everything; others see it in the list of processes')
    .option('--token-file <file>', 'a file with the token')
    .option('--allow-host <names...>', 'host names by which clients may call the server', [])
    .option(
      '--allow-origin <origins...>',
      'sites whose pages may use the server: https://app.example.com',
      [],
    )
    .option('--studio <folder>', 'where the studio keeps labels and runs', 'nerite-studio')
    .option('--no-studio', 'no studio, only the HTTP endpoints')
    .option('--database <address>', 'keep labels in Postgres: postgres://user:password@host/name')
    .option('--runs <folder>', 'a folder of runs that may be loaded, and for new ones')
    .option(
      '--label-studio <address>',
      `a Label Studio whose labels are fetched for training, with the key in ${LABEL_STUDIO_KEY}`,
    )
    .option('--country <code>', 'whose phone numbers need no country code (default: US)')
    .addOption(wholeNumberOption('--max-bytes <n>', 'bytes of a body (default: 4 MiB)', 1024, 2 ** 30))
    .addOption(wholeNumberOption('--timeout <seconds>', 'time of a request', 1, 3600).default(30))
    .addOption(wholeNumberOption('--max-requests <n>', 'requests at a time (default: 1024)', 1))
    .addOption(wholeNumberOption('--max-waiting <n>', 'texts that wait (default: 4096)', 1))
    .addOption(
      wholeNumberOption('--grace <seconds>', 'time for requests under way at the end', 0, 3600).default(30),
    )
    .addHelpText('after', EXAMPLE)
    .action(async (given: readonly string[], flags: Flags) => {
      const access = accessOf(flags)
      const account = labelStudioOf(flags)
      const sources = parseModelSources(given)
      const models = new Models()
      const { workers, runs, country } = flags
      const loader = new ModelLoader(models, {
        workers,
        onNotice: context.log,
        ...(runs !== undefined && { runs }),
        ...(country !== undefined && { country }),
      })
      const studio = await studioOf(flags, sources, loader, context.log)
      const trainer =
        runs === undefined || sources.length === 0
          ? undefined
          : await trainerIn(runs, sources[0], loader, models, account)
      try {
        const server = createServer({
          models,
          access,
          ...(studio && { mounts: [studio.mount], files: studioFiles() }),
          metrics: prometheusMetrics(),
          reload: loader.reload,
          ...(trainer && { labelStudio: trainer }),
          limits: limitsOf(flags),
          onError: logError(context.log),
        })
        // One after the other: the first to be there is that of requests that name none.
        for (const source of sources) await loader.load(source)
        const listening = await listenWhere(server, flags)
        loader.watch()
        announce(listening.url, access, sources.map(({ name }) => name).join(', '))
        await abortOnInterrupt(
          () => context.log('stopping: requests under way are finished; a second signal ends at once'),
          async signal => {
            await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve()))
            server.drain()
            await studio?.stop()
            await listening.close(flags.grace * 1000)
          },
        )
      } finally {
        loader.stop()
        await studio?.close()
        await trainer?.close()
        await models.close()
      }
    })

  /** Trains from labels of Label Studio, starting from the first model where that is a network. */
  async function trainerIn(
    runs: string,
    { name, model }: ModelSource,
    loader: ModelLoader,
    models: Models,
    account: LabelStudioAccount | undefined,
  ) {
    // What trains is not loaded where nothing is trained.
    const { FolderTrainer } = await import('../../server/node/label-studio-trainer.js')
    return new FolderTrainer({
      runs,
      ...(account && { labeled: project => labeledInLabelStudio(account, project) }),
      from: () => (models.facts(name).info.recognizer === 'neural' ? model : undefined),
      serve: run => loader.reload(name, basename(run)),
      onNotice: context.log,
    })
  }

  function announce(url: string, { token, tokenFor, isGenerated }: ServeAccess, names: string): void {
    context.log(names === '' ? `listening on ${url}` : `serving ${names} on ${url}`)
    if (!isGenerated) return
    const what = tokenFor === 'everything' ? 'everything' : 'what changes something'
    context.log(`token for ${what}: ${token}`)
    context.log(`in a browser: ${url}/#token=${token}`)
  }
}

/** Where labels are fetched from, if the server is told. */
function labelStudioOf({ labelStudio: url, runs }: Flags): LabelStudioAccount | undefined {
  if (url === undefined) return undefined
  if (!/^https?:\/\/./.test(url) || !URL.canParse(url))
    throw optionError('labelStudio', 'an address such as https://labels.example.com', JSON.stringify(url))
  const key = process.env[LABEL_STUDIO_KEY]
  if (!key) throw optionError('labelStudio', `its key in the variable ${LABEL_STUDIO_KEY}`, 'none')
  if (runs === undefined)
    throw optionError('labelStudio', say`${option('runs')} too, for what is trained`, 'none')
  return { url, key }
}

/** The message of an error may quote a text. */
function logError(log: (text: string) => void): (error: unknown) => void {
  return error => log(`error: a request failed (${error instanceof Error ? error.name : 'unknown'})`)
}

/** The studio, which may also serve what it trains. */
async function studioOf(
  { studio: folder, database }: Flags,
  sources: readonly ModelSource[],
  loader: ModelLoader,
  log: (text: string) => void,
): Promise<OpenedStudio | undefined> {
  if (folder === false) {
    if (database === undefined) return undefined
    throw optionError('database', say`a studio, so no ${option('noStudio')}`, 'both')
  }
  const models = [...sources]
  return openStudio({
    folder,
    database,
    models: () => models,
    serve: async source => {
      await loader.load(source)
      models.push(source)
    },
    onError: logError(log),
  })
}

interface ServeAccess {
  readonly token: string
  readonly isGenerated: boolean
  readonly tokenFor: 'writes' | 'everything'
  readonly hosts: readonly string[]
  readonly origins: readonly string[]
}

/** A token that was given is needed for everything; one that is made, for what writes, and beyond this machine for all. */
function accessOf({ host, token, tokenFile, allowHost, allowOrigin }: Flags): ServeAccess {
  if (token !== undefined && tokenFile !== undefined)
    throw optionError('tokenFile', say`no ${option('token')} besides it`, 'both')
  const inEnvironment = process.env[TOKEN_VARIABLE]
  const given =
    token !== undefined
      ? checkTokenText(token)
      : tokenFile !== undefined
        ? readToken(tokenFile)
        : inEnvironment
          ? checkTokenText(inEnvironment, TOKEN_VARIABLE)
          : undefined
  for (const origin of allowOrigin)
    if (!URL.canParse(origin) || new URL(origin).origin !== origin)
      throw optionError('allowOrigin', 'an origin such as https://app.example.com', JSON.stringify(origin))
  for (const name of allowHost)
    if (!/^[\w.-]+$/.test(name))
      throw optionError('allowHost', 'a host name without a port', JSON.stringify(name))
  return {
    token: given ?? generateToken(),
    isGenerated: given === undefined,
    tokenFor: given === undefined && isLoopback(host) ? 'writes' : 'everything',
    hosts: allowHost,
    origins: allowOrigin,
  }
}

function limitsOf({ maxBytes, timeout, maxRequests, maxWaiting }: Flags) {
  return {
    time: timeout * 1000,
    ...(maxBytes !== undefined && { bodyBytes: maxBytes }),
    ...(maxRequests !== undefined && { requests: maxRequests, requestsPerClient: maxRequests }),
    ...(maxWaiting !== undefined && { queuedTexts: maxWaiting }),
  }
}

async function listenWhere(server: ReturnType<typeof createServer>, { host, port, timeout }: Flags) {
  try {
    return await listen(server, {
      host,
      port,
      idleTime: Math.max(300, 2 * timeout) * 1000,
      ownsProcess: true,
    })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const reasons: Readonly<Record<string, string>> = {
      EADDRINUSE: 'one that another program listens on',
      EACCES: 'one that this user may not listen on',
      EADDRNOTAVAIL: 'one that this machine does not have',
      ENOTFOUND: 'a name that means nothing here',
    }
    if (code === undefined || reasons[code] === undefined) throw error
    throw argumentError(
      option('port'),
      'a free address and port',
      `${host}:${port}, ${reasons[code]}`,
      'choose another',
    )
  }
}
