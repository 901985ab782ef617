// A contender: a process that holds one implementation of a model and answers commands, one JSON object per line.
import { readFileSync } from 'node:fs'
import { startProcess } from './process.mjs'

/**
 * @param {string} name what the tables call it
 * @param {string} command
 * @param {readonly string[]} args
 * @returns a contender; `ask` rejects with the process's message if it answers `{"error": …}`, and with what it
 *   wrote to stderr if it ends
 */
export function startContender(name, command, args, env = {}) {
  const child = startProcess(name, command, args, env)
  return {
    name,
    async ask(question) {
      child.send(JSON.stringify(question))
      const answer = JSON.parse(await child.next())
      if (answer.error) throw new Error(`${name}: ${answer.error}`)
      return answer
    },
    /** The process's peak memory in bytes; `null` if the system does not report it. */
    peakMemory: () => peakMemory(child.pid),
    close: () => child.close(),
  }
}

/**
 * The peers that a command line names; those it doesn't are left out.
 *
 * @param {'tagger' | 'layers'} models which of the programs in `peers/`
 * @param {{ torch?: string, keras?: string, tfjs?: string, threads: string }} values
 */
export function startPeers(models, { torch, keras, tfjs, threads }) {
  return [
    torch && startContender('PyTorch', torch, [`bench/peers/torch_${models}.py`, threads]),
    torch &&
      models === 'tagger' &&
      startContender('PyTorch, written with care', torch, ['bench/peers/torch_tagger_careful.py', threads]),
    keras && startContender('Keras', keras, [`bench/peers/keras_${models}.py`, threads]),
    tfjs && startContender('TensorFlow.js', process.execPath, ['bench/peers/tfjs.mjs', threads, tfjs]),
  ].filter(Boolean)
}

function peakMemory(pid) {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return Number(kilobytes) * 1024
  } catch {
    return null
  }
}
