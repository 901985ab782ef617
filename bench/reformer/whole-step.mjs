/**
 * One training step and update of the preset `reformer` on one made-up sentence, in this process. Prints its peak memory
 * as JSON. Called by `reformer-step.mjs` and by a test.
 *
 * node bench/reformer/whole-step.mjs '{"tokens":16384}'
 */
import { Random } from '../../dist/base/random.js'
import { resolveConfig } from '../../dist/config/resolve.js'
import { nodeRuntime } from '../../dist/engine/runtime/node/ort-node.js'
import { update } from '../../dist/train/loop/updates.js'
import { Training } from '../../dist/train/training.js'

const { tokens } = JSON.parse(process.argv[2])
const config = resolveConfig({ preset: 'reformer' })
const { clipNorm, learningRate } = config.training
const random = Random.fromSeed(1)

/** Words of 2 to 11 letters, a few of them much more frequent than the rest; one in ten is a one-token name. */
const letters = 'etaoinshrdlucmfwypvbgkjqxz'
const lexicon = Array.from({ length: 8000 }, () =>
  Array.from({ length: 2 + random.below(10) }, () => letters[random.below(letters.length)]).join(''),
)
const words = Array.from({ length: tokens }, () => lexicon[Math.floor(8000 * random.float() ** 3)])
const tags = words.map(() => (random.float() < 0.1 ? `B-${['PER', 'LOC', 'ORG'][random.below(3)]}` : 'O'))

const train = { path: 'made up', scheme: 'BIO', sentences: [{ tokens: words, tags }] }
const training = Training.prepare({ config, train, dev: null, runtime: nodeRuntime() })
const { prepared, optimizer, parameters } = training
const { sentences } = prepared
const step = await training.createStep()
const megabytes = () => Math.round(process.resourceUsage().maxRSS / 1024)
const before = megabytes()
const start = performance.now()
const { loss } = await update({ sentences, step, optimizer, clipNorm }, [[0]], learningRate, random)
const seconds = (performance.now() - start) / 1000
await step.release()
console.log(
  JSON.stringify({
    megabytes: megabytes(),
    before,
    seconds,
    loss,
    tokens: sentences[0].tokens,
    parameters: parameters.trainableCount,
    words: new Set(words).size,
  }),
)
