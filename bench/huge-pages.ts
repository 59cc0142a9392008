// Lookups in a million tables wait for the translation of addresses more than for memory: pages of
// 2 MiB instead of 4 KiB spare most of that. glibc takes them where it is told to before a process starts.
import { spawnSync } from 'node:child_process'

const tunable = 'glibc.malloc.hugetlb=1'

/**
 * Runs this program in a process of its own whose large arrays lie in huge pages, and ends with its exit
 * code; returns in that process, wherever else GLIBC_TUNABLES is set, and on systems other than Linux. Where
 * the kernel gives none (`/sys/kernel/mm/transparent_hugepage/enabled`: never) nothing changes.
 */
export function inHugePages(): void {
  if (process.platform !== 'linux' || process.env.GLIBC_TUNABLES !== undefined) return
  const { status } = spawnSync(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    env: { ...process.env, GLIBC_TUNABLES: tunable },
    stdio: 'inherit',
  })
  process.exit(status ?? 1)
}
