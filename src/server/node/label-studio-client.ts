/** What Label Studio says of a project through its API: only where `nerite serve` was told of one. */
import * as v from 'valibot'
import { exportedTasks, type LabeledTask } from '../label-studio/labeled-tasks.js'
import { Problem } from '../problem.js'

export interface LabelStudioAccount {
  /** Where it is: `https://labels.example.com`. */
  readonly url: string
  /** A personal access token, or a key of the older kind. */
  readonly key: string
}

const TIME = 120_000
const BYTES = 256 * 1024 * 1024

const projectForm = v.looseObject({ id: v.number(), label_config: v.string() })
const tokenForm = v.looseObject({ access: v.string() })

/**
 * The tasks of a project that are labeled there now.
 * @throws Problem 502 if it does not answer, refuses the key, or answers something else
 */
export async function labeledInLabelStudio(
  account: LabelStudioAccount,
  project: number,
): Promise<LabeledTask[]> {
  const authorization = await authorizationOf(account)
  const read = (path: string) => ask(account, path, { headers: { authorization } })
  const found = v.safeParse(projectForm, await read(`/api/projects/${project}/`))
  if (!found.success) throw failed('answered something else than a project')
  return exportedTasks(found.output, await read(`/api/projects/${project}/export?exportType=JSON`))
}

/** Personal access tokens are exchanged for one that lasts some minutes. */
async function authorizationOf(account: LabelStudioAccount): Promise<string> {
  const { key } = account
  if (key.split('.').length !== 3) return `Token ${key}`
  const answer = await ask(account, '/api/token/refresh', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ refresh: key }),
  })
  const found = v.safeParse(tokenForm, answer)
  if (!found.success) throw failed('gave no token for the key')
  return `Bearer ${found.output.access}`
}

async function ask({ url }: LabelStudioAccount, path: string, init: RequestInit): Promise<unknown> {
  try {
    const response = await fetch(`${url.replace(/\/+$/, '')}${path}`, {
      ...init,
      // A key is for this host alone.
      redirect: 'error',
      signal: AbortSignal.timeout(TIME),
    })
    if (!response.ok) throw failed(`refused with ${response.status}`)
    return JSON.parse(await bounded(response)) as unknown
  } catch (error) {
    if (error instanceof Problem) throw error
    throw failed(error instanceof SyntaxError ? 'answered something else than JSON' : 'does not answer')
  }
}

async function bounded(response: Response): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text = ''
  let bytes = 0
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += part.length
    if (bytes > BYTES) throw failed(`answered more than ${BYTES} bytes`)
    text += decoder.decode(part, { stream: true })
  }
  return text + decoder.decode()
}

function failed(what: string): Problem {
  return new Problem(502, 'label-studio/fetch', `Label Studio ${what}`)
}
