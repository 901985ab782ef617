// Loaded before each test file: properties without a seed of their own draw the same cases in every run, so that a failure
// can be repeated. FUZZ_SEED=7 draws others; FUZZ_SEED=random draws new ones in every run, and a failure prints its seed.
import fc from 'fast-check'

const { FUZZ_SEED = '1' } = process.env
if (FUZZ_SEED !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(FUZZ_SEED) })
