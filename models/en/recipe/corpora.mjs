// The corpora that the model learns from, and what their types mean to it.

const PLACES = ['GPE', 'LOC', 'FAC']
const OTHERS = ['NORP', 'PRODUCT', 'WORK_OF_ART', 'EVENT']

/** What the model finds. */
export const TYPES = ['PERSON', 'ORG', ...PLACES, ...OTHERS]

/** The coarse view. */
export const COARSE = Object.fromEntries([
  ['PERSON', 'PER'],
  ['ORG', 'ORG'],
  ...PLACES.map(type => [type, 'LOC']),
  ...OTHERS.map(type => [type, 'MISC']),
])

/** What a type of our files may be, where it is not one of the model's own. */
export const OPEN_TYPES = {
  /** A place of unknown kind. */
  PLACE: PLACES,
  /** A name that is no person, organization or place. */
  NAME: [...OTHERS, 'O'],
  /** A language: English annotations call it a nationality, or nothing. */
  LANGUAGE: ['NORP', 'O'],
}

const COARSE_OWN = { PER: 'PERSON', ORG: 'ORG', LOC: 'PLACE' }

/**
 * - `fine`: what the corpus's own types say about a name that the unified copy has too
 * - `other`: own types whose names the unified copy leaves out
 * - `marks`: types that are annotated wherever they occur
 * - `block`: without documents, so many sentences are held out together
 * - `weight`: how often a sentence comes in an epoch
 */
export const CORPORA = [
  {
    name: 'redocred',
    fine: COARSE_OWN,
    misc: true,
    marks: TYPES,
    weight: 1,
  },
  {
    name: 'litbank',
    fine: { ...COARSE_OWN, GPE: 'GPE', FAC: 'FAC', LOC: 'LOC' },
    other: { VEH: 'PRODUCT' },
    marks: ['PERSON', 'ORG', ...PLACES],
    weight: 0.5,
  },
  {
    name: 'gum',
    text: true,
    fine: { person: 'PERSON', organization: 'ORG', place: 'PLACE' },
    marks: ['PERSON', 'ORG', ...PLACES],
    weight: 1,
  },
  {
    name: 'btc',
    fine: COARSE_OWN,
    marks: ['PERSON', 'ORG', ...PLACES],
    block: 100,
    tweets: true,
    weight: 1,
  },
  {
    name: 'wnut17',
    fine: { person: 'PERSON', corporation: 'ORG', group: 'ORG', location: 'PLACE' },
    other: { product: 'PRODUCT', 'creative-work': 'WORK_OF_ART' },
    marks: ['PERSON', 'ORG', ...PLACES, 'PRODUCT', 'WORK_OF_ART'],
    block: 100,
    tweets: true,
    weight: 1,
  },
  {
    name: 'uner_ewt_dev',
    text: true,
    fine: COARSE_OWN,
    marks: ['PERSON', 'ORG', ...PLACES],
    weight: 2,
  },
  {
    name: 'fewnerd_part',
    fine: fewNerd,
    other: fewNerd,
    sure: 'fewnerd_sure.txt',
    marks: TYPES,
    block: 200,
    weight: 0.5,
  },
]

/** Rows of tables and lists that the recipe makes of the corpora's names. */
export const ROWS = { name: 'rows', marks: TYPES, weight: 0.5 }

const FEW_NERD = [
  [/^person/, 'PERSON'],
  [/^organization/, 'ORG'],
  [/^location_GPE/, 'GPE'],
  [/^location_road|^building/, 'FAC'],
  [/^location/, 'LOC'],
  [/^art/, 'WORK_OF_ART'],
  [/^product/, 'PRODUCT'],
  [/^event/, 'EVENT'],
  [/^other_language/, 'LANGUAGE'],
  [/^other_award|^other_law/, 'NAME'],
]

function fewNerd(type) {
  return FEW_NERD.find(([pattern]) => pattern.test(type))?.[1] ?? 'O'
}

/** Looks a type up in a corpus's `fine` or `other`. */
export function meaning(rule, type) {
  if (rule === undefined) return 'O'
  return (typeof rule === 'function' ? rule(type) : rule[type]) ?? 'O'
}
