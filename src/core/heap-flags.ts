/**
 * Flags of V8 for a process that runs a node for long. A transaction lives for half a second, from its coming until its block: with V8's
 * 16 MiB for the young it is moved to the old ones first, under load, and the old ones are collected all the time. It is taken only as far
 * as it is needed, so a quiet node stays as small as it was.
 */
export const heapFlags: readonly string[] = ['--max-semi-space-size=64']
