// What the process itself takes: processor, memory, files, and how late its event loop runs.
import { readdirSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { MetricRegistry } from './registry.ts'

/** How often the loop's delay is sampled; that much is no delay. */
const sampleMs = 20

const quantiles = [50, 90, 99] as const

export class ProcessMetrics {
  readonly #registry: MetricRegistry
  readonly #delay: ReturnType<typeof monitorEventLoopDelay>

  constructor(registry: MetricRegistry, startedAt: number) {
    this.#registry = registry
    this.#delay = monitorEventLoopDelay({ resolution: sampleMs })
    this.#delay.enable()
    registry.set('trustnet_process_start_time_seconds', startedAt / 1_000)
  }

  collect(): void {
    const registry = this.#registry
    const { rss, heapUsed, external } = process.memoryUsage()
    registry.set('trustnet_process_resident_memory_bytes', rss)
    registry.set('trustnet_process_heap_bytes', heapUsed)
    registry.set('trustnet_process_external_bytes', external)
    const { user, system } = process.cpuUsage()
    registry.total('trustnet_process_cpu_seconds_total', [
      [{ mode: 'user' }, user / 1e6],
      [{ mode: 'system' }, system / 1e6],
    ])
    const files = openFiles()
    if (files !== undefined) registry.set('trustnet_process_open_files', files)
    for (const quantile of quantiles)
      this.#lag(String(quantile / 100), this.#delay.percentile(quantile))
    this.#lag('1', this.#delay.count > 0 ? this.#delay.max : 0)
    this.#delay.reset()
  }

  close(): void {
    this.#delay.disable()
  }

  #lag(quantile: string, nanoseconds: number): void {
    const seconds = Math.max(0, nanoseconds / 1e9 - sampleMs / 1_000)
    this.#registry.set('trustnet_event_loop_lag_seconds', seconds, { quantile })
  }
}

function openFiles(): number | undefined {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    return undefined
  }
}
