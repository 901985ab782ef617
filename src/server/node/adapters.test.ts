import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { InferenceClient } from '@huggingface/inference'
import { toCodePointOffsets } from '../../text/offsets.js'
import { createServer } from '../create-server.js'
import type { LabeledTask } from '../label-studio/labeled-tasks.js'
import type { LabelStudioTrainer } from '../label-studio/trainer.js'
import { type SmallServer, smallServer, TOKEN } from '../testing/small-server.js'
import { type Listening, listen } from './listen.js'

let small: SmallServer
let listening: Listening

/** Remembers what it is told. */
class Memory implements LabelStudioTrainer {
  readonly kept: LabeledTask[] = []
  readonly forgotten: object[] = []
  readonly started: number[] = []

  async keep(_: number, labeled: LabeledTask): Promise<void> {
    this.kept.push(labeled)
  }

  async forget(_: number, what: object): Promise<void> {
    this.forgotten.push(what)
  }

  async start(project: number): Promise<string> {
    this.started.push(project)
    return `job-${project}`
  }

  status() {
    return { status: 'running', tasks: 3 } as const
  }
}

const trainer = new Memory()

before(async () => {
  small = await smallServer()
  const { tagger, numbers } = small.models
  const access = { token: TOKEN, tokenFor: 'everything' } as const
  // The first model answers Presidio and Label Studio.
  const server = createServer({ models: { numbers, tagger }, access, labelStudio: trainer })
  listening = await listen(server, { port: 0 })
})
after(() => listening.close(0))

const oracle = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../oracles/${name}.json`, import.meta.url), 'utf8')) as unknown

async function send(path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${listening.url}${path}`, {
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
  })
  assert.ok(response.ok, `${path}: ${response.status} ${await response.clone().text()}`)
  return response.json()
}

test("Hugging Face's client reads entities, with offsets in code points", async () => {
  const text = '😀 Ada wrote to Charles Babbage from London.'
  const found = await small.models.tagger.tag(text)
  const places = toCodePointOffsets(text, found)
  const expected = found.map(({ type, score, text: word }, i) => ({
    entity_group: type,
    score,
    word,
    start: places[i].start,
    end: places[i].end,
  }))
  assert.ok(expected.length > 1)
  const client = new InferenceClient(TOKEN)
  const endpoint = client.endpoint(`${listening.url}/models/tagger`)
  assert.deepEqual(await endpoint.tokenClassification({ inputs: text }), expected)
  const direct = await new InferenceClient(TOKEN, {
    endpointUrl: `${listening.url}/models/tagger`,
  }).tokenClassification({ inputs: text, parameters: { ignore_labels: ['LOC'] } })
  assert.deepEqual(
    direct,
    expected.filter(({ entity_group }) => entity_group !== 'LOC'),
  )
  for (const { start, end, word } of direct) assert.equal([...text].slice(start, end).join(''), word)
  await assert.rejects(
    new InferenceClient('wrong')
      .endpoint(`${listening.url}/models/tagger`)
      .tokenClassification({ inputs: text }),
  )
  assert.deepEqual(await send('/models/tagger', { inputs: [text, ''] }), [expected, []])
  const parameters = { aggregation_strategy: 'none', ignore_labels: [] }
  const tokens = (await send('/models/tagger', { inputs: text, parameters })) as {
    entity: string
    index: number
    score: number
    word: string
  }[]
  const [own] = await small.models.tagger.tagTokens([tokens.map(({ word }) => word)])
  assert.deepEqual(
    tokens.map(({ entity }) => entity),
    own.tags,
  )
  assert.deepEqual(
    tokens.map(({ index }) => index),
    tokens.map((_, i) => i + 1),
  )
})

test("Presidio's published requests are answered in its form", async () => {
  // The examples of docs/api-docs/api-docs.yml of Presidio 2.2.
  const minimal = { text: 'John Smith drivers license is AC432223', language: 'en' }
  assert.deepEqual(await send('/analyze', minimal), [])
  const enhanced = {
    text: 'John Smith drivers license is AC432223 and the zip code is 12345',
    language: 'en',
    return_decision_process: false,
    correlation_id: '123e4567-e89b-12d3-a456-426614174000',
    score_threshold: 0.6,
    entities: ['US_DRIVER_LICENSE', 'ZIP'],
    trace: false,
    ad_hoc_recognizers: [
      {
        name: 'Zip code Recognizer',
        supported_language: 'en',
        patterns: [{ name: 'zip code (weak)', regex: '(\\b\\d{5}(?:\\-\\d{4})?\\b)', score: 0.01 }],
        context: ['zip', 'code'],
        supported_entity: 'ZIP',
      },
    ],
  }
  assert.deepEqual(await send('/analyze', enhanced), [], 'the score stays below the threshold')
  const [zip] = (await send('/analyze', { ...enhanced, score_threshold: 0.3 })) as Record<string, unknown>[]
  assert.deepEqual([zip.entity_type, zip.start, zip.end, zip.analysis_explanation], ['ZIP', 59, 64, null])
  const text = '😀 On May 3rd she paid; see ada@example.com.'
  const all = (await send('/analyze', { text, language: 'en' })) as {
    entity_type: string
    start: number
    end: number
  }[]
  assert.deepEqual(
    all.map(({ entity_type, start, end }) => [entity_type, [...text].slice(start, end).join('')]),
    [
      ['DATE_TIME', 'May 3rd'],
      ['EMAIL_ADDRESS', 'ada@example.com'],
    ],
  )
  const only = { text: [text, ''], language: 'en', entities: ['DATE_TIME'], return_decision_process: true }
  const [[date], none] = (await send('/analyze', only)) as [
    { analysis_explanation: { recognizer: string } }[],
    [],
  ]
  assert.deepEqual([date.analysis_explanation.recognizer, none], ['numbers', []])
  assert.deepEqual(
    await send('/analyze', { text, language: 'en', allow_list: ['May 3rd', 'ada@example.com'] }),
    [],
  )
  const supported = (await send('/supportedentities?language=en')) as string[]
  assert.ok(
    supported.includes('DATE_TIME') && supported.includes('EMAIL_ADDRESS') && !supported.includes('DATE'),
  )
  assert.deepEqual(await send('/recognizers?language=en'), ['numbers'])
  const [near] = (await send('/analyze', {
    ...{ text: '12345', language: 'en', context: ['ZIP'], entities: ['ZIP'] },
    ad_hoc_recognizers: enhanced.ad_hoc_recognizers,
  })) as { score: number }[]
  assert.ok(near.score >= 0.4, 'a word of the context that is not in the text')
  for (const [key, wrong] of [
    ['regex_flags', 2],
    ['allow_list_match', 'regex'],
    ['nonsense', true],
  ] as const) {
    const refused = await fetch(`${listening.url}/analyze`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ text, language: 'en', [key]: wrong }),
    })
    const { detail } = (await refused.json()) as { detail: string }
    assert.equal(refused.status, 422, key)
    assert.match(detail, new RegExp(key))
  }
  const decryption = (oracle('presidio-deanonymizer') as { request: object; answer: object }[])[0]
  assert.deepEqual(await send('/deanonymize', decryption.request), decryption.answer)
  assert.deepEqual(await send('/deanonymizers'), ['decrypt', 'deanonymize_keep'])
  const { answer, request } = (oracle('presidio-anonymizer') as { request: object; answer: object }[])[0]
  assert.deepEqual(await send('/anonymize', request), answer)
  const chain = await send('/anonymize', { text, analyzer_results: all })
  assert.equal((chain as { text: string }).text, '😀 On <DATE_TIME> she paid; see <EMAIL_ADDRESS>.')
  assert.equal((await fetch(`${listening.url}/health`)).status, 200)
})

interface Recorded {
  readonly method: string
  readonly path: string
  readonly headers: Record<string, string>
  readonly body: unknown
}

test("the requests of Label Studio's client are answered as it reads them", async () => {
  const answers = new Map<string, Record<string, unknown>>()
  const requests = oracle('label-studio-requests') as Recorded[]
  for (const { method, path, headers, body } of requests) {
    const response = await fetch(`${listening.url}${path}`, {
      method,
      headers,
      ...(body !== null && { body: JSON.stringify(body) }),
    })
    assert.ok(response.ok, `${path}: ${response.status} ${await response.clone().text()}`)
    answers.set(path, (await response.json()) as Record<string, unknown>)
  }
  assert.deepEqual([...answers.keys()], ['/health', '/setup', '/predict', '/versions', '/webhook'])
  assert.equal(answers.get('/health')?.status, 'UP')
  const { model_version: version } = answers.get('/setup') as { model_version: string }
  const { results, model_version } = answers.get('/predict') as {
    model_version: string
    results: {
      model_version: string
      score: number
      result: { value: object; from_name: string; to_name: string; type: string }[]
    }[]
  }
  assert.equal(model_version, version)
  assert.deepEqual(answers.get('/versions'), { versions: [version] })
  assert.deepEqual(
    results.map(({ result }) => result.length),
    [1, 0],
    'money is none of the labels',
  )
  const [{ value, from_name, to_name, type }] = results[0].result
  const { score, ...place } = value as { score: number }
  assert.deepEqual(place, { start: 17, end: 24, text: 'May 3rd', labels: ['DATE'] })
  assert.deepEqual([from_name, to_name, type, results[0].score], ['label', 'text', 'labels', score])
  assert.deepEqual(trainer.started, [7])
  assert.deepEqual(answers.get('/webhook'), { job: 'job-7', status: 'started' })
})

test('annotations of Label Studio are kept with offsets in UTF-16', async () => {
  const [{ body }] = (oracle('label-studio-requests') as Recorded[]).filter(({ path }) => path === '/webhook')
  const { project } = body as { project: object }
  const region = (start: number, end: number, labels: string[], from_name = 'label') => ({
    type: 'labels',
    from_name,
    to_name: 'text',
    value: { start, end, labels, text: '' },
  })
  const event = {
    action: 'ANNOTATION_CREATED',
    project,
    task: { id: 3, data: { body: '😀 Ada wrote.' } },
    annotation: { id: 9, result: [region(2, 5, ['PER']), region(2, 5, ['X'], 'other')] },
  }
  assert.deepEqual(await send('/webhook', event), { job: null, status: 'kept' })
  const entities = [{ start: 3, end: 6, type: 'PER' }]
  assert.deepEqual(trainer.kept, [{ task: 3, annotation: 9, text: '😀 Ada wrote.', entities }])
  await send('/webhook', { ...event, annotation: { ...event.annotation, was_cancelled: true } })
  // What was labeled before it was skipped is forgotten.
  assert.equal(trainer.kept.length, 1)
  await send('/webhook', { action: 'ANNOTATIONS_DELETED', project, annotations: [{ id: 9 }] })
  await send('/webhook', { action: 'TASKS_DELETED', project, tasks: [{ id: 3 }] })
  assert.deepEqual(trainer.forgotten, [{ annotations: [9] }, { annotations: [9] }, { tasks: [3] }])
  for (const wrong of [
    { ...event, annotation: { id: 9, result: [region(2, 99, ['PER'])] } },
    { ...event, annotation: { id: 9, result: [region(2, 5, [])] } },
    { ...event, task: { id: 3, data: {} } },
    { ...event, project: { id: 7 } },
    { action: 'START_TRAINING' },
  ])
    await assert.rejects(send('/webhook', wrong), /422/)
  assert.deepEqual(await send('/webhook', { action: 'PROJECT_UPDATED', project }), {
    job: null,
    status: 'not for training',
  })
})
