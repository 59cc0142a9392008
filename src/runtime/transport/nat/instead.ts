// A part of libp2p with some of its methods replaced, handed to another part instead of it.

/** The object itself stays as it is; what is not replaced is its own. */
export const instead = <T extends object>(of: T, methods: Partial<T>): T =>
  Object.assign(Object.create(of) as T, methods)
