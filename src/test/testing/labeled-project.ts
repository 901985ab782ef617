/** A project with labels of two annotators, two runs and suggestions, made over HTTP. */
import type { StudioServer } from './studio-server.js'

const PEOPLE = ['Ada Lovelace', 'Charles Babbage', 'Mary Somerville', 'Grace Hopper', 'Alan Turing']
const PLACES = ['London', 'Lisbon', 'Paris', 'Boston']
const ENDS = [
  'wrote a letter from',
  'arrived in',
  'gave a lecture on engines, which many came to hear, in',
  'never saw',
]

export interface ProjectContent {
  readonly name: string
  readonly types: readonly string[]
  readonly people: readonly string[]
  readonly places: readonly string[]
  readonly file: string
}

export const LETTERS: ProjectContent = {
  ...{ name: 'Letters of 1843', types: ['PER', 'LOC'], people: PEOPLE, places: PLACES },
  file: 'letters.txt',
}

/** @returns the id of the project */
export async function labeledProject({ ask }: StudioServer, content: ProjectContent): Promise<string> {
  const { name, types, people, places, file } = content
  const texts = Array.from(
    { length: 60 },
    (_, i) =>
      `${people[i % people.length]} ${ENDS[i % 4]} ${places[(i * 3 + (i >> 3)) % places.length]} on day ${i}.`,
  )
  const json = async (path: string, init: RequestInit = {}) => {
    const response = await ask(`/studio-api${path}`, init)
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`)
    return (await response.json()) as { id: string }
  }
  const post = (path: string, body: unknown, method = 'POST') =>
    json(path, { method, body: JSON.stringify(body) })
  const query = new URLSearchParams({
    name,
    annotator: 'me',
    types: types.join(' '),
    file,
    unit: 'paragraph',
  })
  const { id } = await json(`/projects?${query}`, { method: 'POST', body: texts.join('\n\n') })
  const entitiesIn = (text: string) =>
    [people, places].flatMap((names, i) => {
      const found = names.find(each => text.includes(each))
      if (found === undefined) return []
      const start = text.indexOf(found)
      return [{ start, end: start + found.length, type: types[i] }]
    })
  const label = (number: number, annotator: string, entities: unknown) =>
    post(
      `/projects/${id}/documents/${number}/label`,
      { annotator, state: 'accepted', entities, revision: 0 },
      'PUT',
    )
  const finish = async (job: { id: string }) =>
    void (await (await ask(`/studio-api/jobs/${job.id}/events`)).text())
  for (let i = 0; i < 12; i++) await label(i, 'me', entitiesIn(texts[i]))
  await finish(await post(`/projects/${id}/runs`, { preset: 'crf' }))
  // One in five is labeled wrongly, so that there are errors to see.
  for (let i = 12; i < 40; i++) await label(i, 'me', entitiesIn(texts[i]).slice(0, i % 5 === 3 ? 1 : 2))
  await finish(await post(`/projects/${id}/runs`, { preset: 'crf-wide' }))
  for (let i = 0; i < 6; i++) await label(i, 'you', entitiesIn(texts[i]).slice(0, i % 3 === 0 ? 1 : 2))
  return id
}
