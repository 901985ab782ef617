import { recordFormat } from '../jsonl/read-jsonl.js'
import { isTask, parseTask } from './parse-task.js'
import { labelStudioWriter } from './write-label-studio.js'

export const labelStudioFormat = recordFormat(
  { fits: isTask, parse: parseTask },
  {
    title: 'a Label Studio export',
    extensions: [],
    options: ['offsets'],
    ending: 'json',
    write: labelStudioWriter,
  },
)
