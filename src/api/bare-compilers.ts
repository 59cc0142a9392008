// Fastify without its own validator and serializer: asked.ts validates, JSON.stringify serializes, and
// what stands in for them is never loaded.

const unused = (): never => {
  throw new Error('no route of this server has a schema')
}

/** For `schemaController`. */
export const bareCompilers = {
  compilersFactory: { buildValidator: () => unused, buildSerializer: () => unused },
}
