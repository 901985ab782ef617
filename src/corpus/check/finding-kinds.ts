/** Everything that `corpus check` can find, in one table. */
import { type Message, option, say, verb } from '../../base/fault.js'

export type Severity = 'error' | 'warning' | 'info'

/** What a finding says besides its cases. */
export interface FindingKind {
  readonly severity: Severity
  /** What it is, as a sentence about all cases. */
  readonly message: string
  /** What to do about it. */
  readonly remedy: Message
}

/** An entity with more tokens is unusually long. */
export const LONG_ENTITY = 12
/** A type with fewer training examples is hard to learn (spaCy's `debug data` uses the same number). */
export const ENOUGH_EXAMPLES = 50

const error = (message: string, remedy: Message): FindingKind => ({ severity: 'error', message, remedy })
const warning = (message: string, remedy: Message): FindingKind => ({ severity: 'warning', message, remedy })
const info = (message: string, remedy: Message): FindingKind => ({ severity: 'info', message, remedy })
const split = verb('corpus split', ['FILE'])

export const FINDINGS = {
  'unreadable-file': error('files cannot be read as a corpus', 'see each file'),
  'faulty-rows': error('rows cannot be read', 'fix them; each says how'),
  'empty-token': error(
    'tokens are empty',
    'delete these rows, or add the word; a tagger would learn a tag for nothing',
  ),
  'ill-formed-tags': warning('tags break the scheme of the rest of the file', 'fix them'),
  'mixed-schemes': warning(
    'files are in another scheme than the first one',
    say`convert them to one scheme: ${verb('corpus convert', ['IN', 'OUT'], [option('scheme', 'BIO')])}`,
  ),
  duplicates: warning(
    'sentences are copies of an earlier one in the same file',
    say`remove them, or split the corpus with ${split}, which keeps copies together`,
  ),
  'contradictory-duplicates': warning(
    'sentences are copies of an earlier one with other entities',
    'agree on one annotation; no tagger can learn both',
  ),
  overlap: warning(
    'sentences are also in an earlier file, so that scores on this one are too good',
    'remove them from one of the files',
  ),
  'unseen-types': warning(
    'types are not in the first file (the training file), so they can never be found',
    'name the training file first; or add examples to it, or rename or remove the type',
  ),
  'thin-types': warning(
    `types have fewer than ${ENOUGH_EXAMPLES} examples in the first file (the training file)`,
    'label more, merge the type with another one, or do not expect it to be found',
  ),
  'label-typos': warning(
    'types look like another type with a typo',
    'rename one of the two if they mean the same',
  ),
  'blank-token': warning(
    'tokens are only white space',
    say`delete these rows; if the byte was 0x85, read the file with ${option('encoding', 'windows-1252')}`,
  ),
  'invisible-token': warning(
    'tokens are invisible (only zero-width characters)',
    'delete these rows, or keep them if the text to be tagged has such tokens too',
  ),
  'replacement-character': warning(
    'tokens contain U+FFFD, from a conversion that lost a character',
    'convert the original file again, with the right encoding',
  ),
  mojibake: warning(
    'tokens look like UTF-8 that was read in another encoding (Ã© for é)',
    say`read the original file with ${option('encoding', 'utf-8')}, or convert it again`,
  ),
  'control-character': warning(
    'tokens contain control characters',
    say`if the file was read as latin1, it is probably windows-1252: use ${option('encoding', 'windows-1252')}`,
  ),
  'space-in-token': warning(
    'tokens contain white space',
    'split them into words, unless the text to be tagged will be split in the same way',
  ),
  'invisible-character': info(
    'tokens contain zero-width characters, so that words that look equal are different',
    'remove them if the text to be tagged has none',
  ),
  'long-sentences': warning(
    'sentences are much longer than the rest',
    'check for a missing empty line; split them if training runs out of memory',
  ),
  'long-entities': warning(
    `entities are longer than ${LONG_ENTITY} tokens`,
    'check for a missing O or B- tag',
  ),
  'entity-punctuation': info(
    'entities begin or end with punctuation',
    'leave it out of the entity, or include it everywhere',
  ),
  'ambiguous-mentions': info(
    'mentions have a type that is rare for them (at most one in ten): some may be mistakes',
    'look at these places; if both types are right, the context must tell them apart',
  ),
  'missing-types': info(
    'types of the first file are not in a later one, which cannot measure them',
    say`split again with ${split}, which keeps types in proportion`,
  ),
  unlabeled: warning('sentences have no tags', 'fine for predicting, useless for training'),
  'no-entities': warning(
    'no sentence has an entity',
    say`check which column has the tags: ${option('tagColumn')}`,
  ),
  'only-with-entities': warning(
    'all sentences have entities, so that nothing shows what is not an entity',
    'add text without entities if real text has some',
  ),
  'sentences-without-entities': info(
    'sentences have no entity',
    'keep them if real text is like that: they teach what is not an entity',
  ),
  'one-token-sentences': info(
    'sentences have only one token',
    'headings and list items are fine; otherwise check how the sentences were split',
  ),
  reading: info('things were guessed or skipped while reading', 'change that with the options named'),
} as const satisfies Readonly<Record<string, FindingKind>>

export type FindingCode = keyof typeof FINDINGS
