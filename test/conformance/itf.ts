// Traces in ITF (Apalache ADR 015): JSON with tagged big integers, sets, maps and tuples. Here they
// become plain values, and any two values are compared by a canonical text.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** A sum type of the specification: a constructor and what it holds (an empty tuple of nothing). */
export interface Tagged {
  readonly tag: string
  readonly value: Value
}

export type Value =
  | number
  | string
  | boolean
  | null
  | readonly Value[]
  | SetOf
  | MapOf
  | { readonly [field: string]: Value }

export class SetOf {
  readonly members: readonly Value[]
  constructor(members: readonly Value[]) {
    this.members = members
  }
}

export class MapOf {
  readonly entries: readonly (readonly [Value, Value])[]
  constructor(entries: readonly (readonly [Value, Value])[]) {
    this.entries = entries
  }
  get(key: Value): Value | undefined {
    const text = canonical(key)
    return this.entries.find(([k]) => canonical(k) === text)?.[1]
  }
}

export type Fields = { readonly [field: string]: Value }

export interface Trace {
  readonly path: string
  readonly states: readonly Fields[]
}

function decode(raw: unknown): Value {
  if (Array.isArray(raw)) return raw.map(decode)
  if (typeof raw !== 'object' || raw === null) return raw as Value
  const fields = raw as Record<string, unknown>
  if ('#bigint' in fields) return Number(fields['#bigint'])
  if ('#tup' in fields) return (fields['#tup'] as unknown[]).map(decode)
  if ('#set' in fields) return new SetOf((fields['#set'] as unknown[]).map(decode))
  if ('#map' in fields)
    return new MapOf(
      (fields['#map'] as [unknown, unknown][]).map(([k, v]) => [decode(k), decode(v)]),
    )
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([name]) => name !== '#meta')
      .map(([name, value]) => [name, decode(value)]),
  )
}

/** The same text for equal values: sets, maps and fields are in one order. */
export function canonical(value: Value): string {
  if (value instanceof SetOf)
    return `{${[...new Set(value.members.map(canonical))].sort().join(',')}}`
  if (value instanceof MapOf)
    return `[${value.entries
      .map(([k, v]) => `${canonical(k)}->${canonical(v)}`)
      .sort()
      .join(',')}]`
  if (Array.isArray(value)) return `(${value.map(canonical).join(',')})`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const fields = value as Fields
  return `<${Object.keys(fields)
    .sort()
    .map((name) => `${name}:${canonical(fields[name]!)}`)
    .join(',')}>`
}

/** Every trace below a folder, plain or gzipped, by path. */
export function readTraces(folder: string): readonly Trace[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.itf\.json(\.gz)?$/.test(path))
    .sort()
    .map((path) => {
      const bytes = readFileSync(join(folder, path))
      const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
      const { states } = JSON.parse(text) as { states: unknown[] }
      return { path, states: states.map((state) => decode(state) as Fields) }
    })
}

export const tagged = (tag: string, value: Value = []): Fields => ({ tag, value })

export const tagOf = (value: Value): string => (value as unknown as Tagged).tag
export const heldBy = (value: Value): Value => (value as unknown as Tagged).value
export const fieldsOf = (value: Value): Fields => value as Fields
