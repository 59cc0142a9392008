// Has every block that becomes final verified, and remembers the verdicts. One for the whole page, so
// that the tick in its head and the list of blocks tell the same.
import { useEffect, useState } from 'preact/hooks'
import { ask } from '../live/ask.ts'
import { liveEvents } from '../live/events.ts'
import type { Verdict } from './verifier.ts'
import type { ToVerifier } from './worker.ts'

/** Verdicts kept for the list of blocks. */
const verdictsMax = 500

/** Heights that are fetched to close a gap; beyond, the newest alone is verified. */
const gapMax = 20

class CertificateWatch {
  readonly verdicts = new Map<number, Verdict>()
  /** Of the highest block that was judged. */
  latest: Verdict | undefined
  /** Any refusal since the page was opened: it does not go away with the next good block. */
  refused: Extract<Verdict, { readonly is: 'refused' }> | undefined
  readonly #watchers = new Set<() => void>()
  #worker: Worker | undefined
  #asked = 0
  #wanted = 0
  #isBusy = false

  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  start(): void {
    if (this.#worker !== undefined) return
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
    this.#worker.addEventListener('message', ({ data }: MessageEvent<Verdict>) => this.#told(data))
    liveEvents.listen((event) => {
      if (event.event === 'block') void this.#want(event.height)
    })
    liveEvents.watch(() => liveEvents.state === 'live' && void this.#want(0))
    void this.#want(0)
  }

  /** Has one more block verified: one of the list. */
  async verifyHeight(height: number): Promise<void> {
    const known = this.verdicts.get(height)
    if (known !== undefined && known.is !== 'unknown-committee') return
    this.#post({ is: 'committee', committee: await ask('committee', {}) })
    this.#post({ is: 'block', block: await ask('block', { height }) })
  }

  /** @param height 0: the latest */
  async #want(height: number): Promise<void> {
    this.#wanted = Math.max(this.#wanted, height)
    if (this.#isBusy) return
    this.#isBusy = true
    try {
      do await this.#fetch()
      while (this.#asked < this.#wanted)
    } catch {
      // The node does not answer, or keeps no chain: the next event asks again.
    } finally {
      this.#isBusy = false
    }
  }

  async #fetch(): Promise<void> {
    this.#post({ is: 'committee', committee: await ask('committee', {}) })
    const newest = await ask('block', {
      height: this.#wanted === 0 ? 'latest' : this.#wanted,
    })
    const first = this.#asked > 0 && newest.height - this.#asked <= gapMax ? this.#asked + 1 : 0
    if (first > 0)
      for (let height = first; height < newest.height; height++)
        this.#post({ is: 'block', block: await ask('block', { height }) })
    // Elections: the committee that is asked for after the block decides the next one.
    this.#post({ is: 'committee', committee: await ask('committee', {}) })
    if (newest.height > this.#asked) this.#post({ is: 'block', block: newest })
    this.#asked = Math.max(this.#asked, newest.height)
    this.#wanted = Math.max(this.#wanted, newest.height)
  }

  #post(message: ToVerifier): void {
    this.#worker?.postMessage(message)
  }

  #told(verdict: Verdict): void {
    this.verdicts.set(verdict.height, verdict)
    if (this.verdicts.size > verdictsMax) this.verdicts.delete(this.verdicts.keys().next().value!)
    if (this.latest === undefined || verdict.height >= this.latest.height) this.latest = verdict
    if (verdict.is === 'refused') this.refused = verdict
    for (const watcher of [...this.#watchers]) watcher()
  }
}

export const certificateWatch = new CertificateWatch()

/** Draws anew whenever a verdict comes. */
export function useCertificates(): CertificateWatch {
  const [, setTurn] = useState(0)
  useEffect(() => certificateWatch.watch(() => setTurn((old) => old + 1)), [])
  return certificateWatch
}
