// A part of libp2p with some of its properties replaced, handed to another part instead of it.

/** The object itself stays as it is, even one that takes what is set on those that inherit from it; what is not replaced is its own. */
export const instead = <T extends object>(of: T, properties: Partial<T>): T =>
  Object.create(of, Object.getOwnPropertyDescriptors(properties)) as T
