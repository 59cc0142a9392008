// Work in slices, done at once: for whoever has nothing else to do meanwhile.

/** What the slices come to. */
export function atOnce<T>(slices: Generator<unknown, T>): T {
  for (;;) {
    const slice = slices.next()
    if (slice.done === true) return slice.value
  }
}
