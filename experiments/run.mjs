// Runs the experiments of the tutorials; see --help.
import { HELP, parseArguments, UsageError } from './lib/arguments.mjs'

const log = line => console.error(line)
let options
try {
  options = parseArguments(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  log(error.message)
  process.exit(2)
}
if (options.help) console.log(HELP)
else {
  const { runExperiments } = await import('./lib/session.mjs').catch(error => {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error
    log(`${error.message}\nbuild first: npm run build`)
    process.exit(2)
  })
  process.exitCode = await runExperiments(options, log)
}
