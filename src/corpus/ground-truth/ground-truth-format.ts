import { isRecord } from '../../base/json-types.js'
import { plural } from '../../base/plural.js'
import { recordFormat } from '../jsonl/read-jsonl.js'
import { fieldsBesides, parseEntity, textRecord } from '../jsonl/record.js'
import { refuse } from '../read-context.js'

/**
 * The output manifest of a labeling job of Amazon SageMaker Ground Truth, which Amazon Comprehend calls an augmented
 * manifest: `{"source":…,"JOB":{"annotations":{"entities":[{"startOffset","endOffset","label"}]}},"JOB-metadata":…}`.
 */
export const groundTruthFormat = recordFormat(
  {
    fits: value =>
      isRecord(value) && ('source' in value || 'source-ref' in value) && jobsOf(value).length > 0,
    parse: (value, count) => {
      if (!isRecord(value)) return refuse('bad-record', 'a line of a manifest as an object', value)
      const jobs = jobsOf(value)
      if (typeof value.source !== 'string')
        return 'source-ref' in value
          ? refuse(
              'bad-record',
              'the text itself, as "source"',
              'its address, as "source-ref"',
              'put the text of each file into the manifest as "source"',
            )
          : refuse('bad-record', '"source" as a string', Object.keys(value).join(', '))
      if (jobs.length > 1)
        return refuse(
          'several-annotators',
          'the labels of one job',
          `those of ${jobs.map(([name]) => name).join(', ')}`,
          'leave out the other job',
        )
      for (const [name, metadata] of Object.entries(value))
        if (name.endsWith('-metadata') && isRecord(metadata) && 'failure-reason' in metadata)
          return refuse(
            'bad-record',
            'a text that was labeled',
            `"failure-reason": ${metadata['failure-reason']}`,
            'leave out the line, or label its text again',
          )
      if (jobs.length === 0)
        count(
          'unlabeled-records',
          n => `${n} ${plural(n, 'line')} without labels of a job: read as unlabeled text`,
        )
      const entities = jobs[0]?.[1].map(each =>
        isRecord(each)
          ? parseEntity(each.startOffset, each.endOffset, each.label, each)
          : refuse('bad-entity', 'an entity as an object', each),
      )
      return [
        textRecord(value.source, entities, fieldsBesides(value, ['source', ...jobs.map(([name]) => name)])),
      ]
    },
  },
  { title: 'a SageMaker Ground Truth manifest', extensions: ['manifest'], options: ['offsets'] },
)

/** The jobs of a line that labeled ranges, with their entities. */
function jobsOf(value: Record<string, unknown>): [name: string, entities: readonly unknown[]][] {
  return Object.entries(value).flatMap(([name, job]): [string, readonly unknown[]][] => {
    const annotations = isRecord(job) && job.annotations
    const entities = isRecord(annotations) && annotations.entities
    return Array.isArray(entities) ? [[name, entities]] : []
  })
}
