// The other end of lib/contender.mjs, for contenders in JavaScript.
import { createInterface } from 'node:readline'

/** @param {Record<string, (question: object) => Promise<object> | object>} handlers by the `do` of the question */
export async function serve(handlers) {
  for await (const line of createInterface({ input: process.stdin })) {
    const question = JSON.parse(line)
    let answer
    try {
      answer = await handlers[question.do](question)
    } catch (error) {
      answer = { error: error instanceof Error ? error.message : String(error) }
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`)
  }
}
