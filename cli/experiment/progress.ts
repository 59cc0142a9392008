// How far an experiment is, and how long it still takes: one line on standard error that rewrites
// itself on a terminal, and a line now and then elsewhere.

/** Off a terminal: between two lines. */
const everyMs = 10_000

export interface ProgressPorts {
  readonly now: () => number
  readonly write: (text: string) => void
  readonly isTerminal: boolean
}

export const standardError = (): ProgressPorts => ({
  now: () => performance.now(),
  write: (text) => process.stderr.write(text),
  isTerminal: process.stderr.isTTY === true,
})

export class Progress {
  readonly #ports: ProgressPorts
  readonly #runs: number
  readonly #work: number
  readonly #begun: number
  #done = 0
  #failed = 0
  /** Of runs that ended. */
  #worked = 0
  /** Work done of runs under way, by their index. */
  readonly #underWay = new Map<number, number>()
  #toldAt: number

  /**
   * @param runs how many there are
   * @param work of all of them, in any unit: time left goes by it
   */
  constructor(runs: number, work: number, ports: ProgressPorts = standardError()) {
    this.#ports = ports
    this.#runs = runs
    this.#work = work
    this.#begun = ports.now()
    this.#toldAt = this.#begun
    if (ports.isTerminal) this.#show()
  }

  /** @param work of this run that is done so far, in the unit of the whole */
  underWay(run: number, work: number): void {
    this.#underWay.set(run, work)
    this.#tell(false)
  }

  ended(run: number, work: number, ok: boolean): void {
    this.#underWay.delete(run)
    this.#done++
    this.#worked += work
    if (!ok) this.#failed++
    this.#tell(this.#done === this.#runs)
  }

  #tell(isLast: boolean): void {
    const now = this.#ports.now()
    if (!this.#ports.isTerminal && now - this.#toldAt < everyMs && !isLast) return
    this.#toldAt = now
    this.#show()
  }

  /** Something to say between: the line of progress makes room for it. */
  remark(text: string): void {
    this.#ports.write(`${this.#ports.isTerminal ? '\r\u001b[K' : ''}${text}\n`)
    if (this.#ports.isTerminal) this.#show()
  }

  close(): void {
    if (this.#ports.isTerminal) this.#ports.write('\n')
  }

  #show(): void {
    const { isTerminal, write } = this.#ports
    const percent = Math.floor((100 * this.#workDone()) / Math.max(this.#work, 1))
    const failed = this.#failed === 0 ? '' : `, ${this.#failed} failed`
    const line = `${this.#done} of ${this.#runs} runs (${percent}%)${failed}${this.#timeLeft()}`
    write(isTerminal ? `\r\u001b[K${line}` : `${line}\n`)
  }

  #timeLeft(): string {
    const worked = this.#workDone()
    if (worked === 0 || this.#done === this.#runs) return ''
    const spent = this.#ports.now() - this.#begun
    return `, ${durationOf((spent * (this.#work - worked)) / worked)} left`
  }

  #workDone(): number {
    let work = this.#worked
    for (const here of this.#underWay.values()) work += here
    return work
  }
}

/** A duration as people say it: `40 s`, `12 min`, `3 h 20 min`. */
export function durationOf(ms: number): string {
  const seconds = Math.ceil(ms / 1_000)
  if (seconds < 100) return `${seconds} s`
  const minutes = Math.ceil(seconds / 60)
  if (minutes < 100) return `${minutes} min`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
