import { createServer } from '../../server/create-server.js'
import { listen } from '../../server/node/listen.js'
import { studioFiles } from '../../server/node/studio-files.js'
import type { Mount } from '../../server/server-options.js'
import type { AddCommand } from '../context.js'
import { abortOnInterrupt } from '../interrupts.js'
import { wholeNumberOption } from '../options.js'

interface Flags {
  readonly host: string
  readonly port: number
}

/** `nerite serve`: answers over HTTP. */
export const addServe: AddCommand = (program, context) => {
  program
    .command('serve')
    .description('an HTTP server: entities, models, and a studio in the browser')
    .argument(
      '[models...]',
      'run folders, installed models such as en, rules files, pii; NAME=MODEL gives a name',
    )
    .option('--host <address>', 'where it listens', '127.0.0.1')
    .addOption(
      wholeNumberOption('--port <n>', 'where it listens; 0 takes any that is free', 0, 65535).default(8080),
    )
    .action(async (_models: readonly string[], { host, port }: Flags) => {
      // The studio's own endpoints go here.
      const mounts: readonly Mount[] = []
      const listening = await listen(createServer({ files: studioFiles(), mounts }), { host, port })
      context.log(`listening on ${listening.url}`)
      await abortOnInterrupt(
        () => context.log('finishing what is under way'),
        signal => new Promise<void>(resolve => signal.addEventListener('abort', () => resolve())),
      )
      await listening.close()
    })
}
