import { Option } from 'commander'

/** `--mode` of the verbs that score what a tagger says. */
export function modeOption(): Option {
  return new Option(
    '--mode <mode>',
    'conlleval: as conlleval.pl counts, single and last tags as they are meant; strict: by the letter of the scheme',
  )
    .choices(['conlleval', 'strict'])
    .default('conlleval')
}
