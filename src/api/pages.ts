// What the server shows to people beside its endpoints: the documentation at /docs, made from the
// declarations, with every script and style from this machine; and whatever pages a host adds, the
// dashboard. All of it may be read on this machine without the token.
import type { FastifyInstance } from 'fastify'
import { aside } from './aside.ts'
import { addDashboard } from './dashboard.ts'

/** Adds pages to a scope in which everything may be read on this machine. */
export type Pages = (scope: FastifyInstance) => Promise<void>

export async function addPages(server: FastifyInstance, more: Pages = addDashboard): Promise<void> {
  await server.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, access: 'local' } as NonNullable<typeof route.config>
    })
    const documentation = aside(addDocumentation)
    for (const path of ['/docs', '/docs/*']) scope.get(path, documentation)
    await more(scope)
  })
}

/** Its pictures are data within its style sheets, and it styles its own elements. */
const documentationPolicy = [
  ...[
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
  ],
  ...["connect-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
].join('; ')

async function addDocumentation(scope: FastifyInstance): Promise<void> {
  const [{ default: swagger }, { default: swaggerUi }, { openApi }] = await Promise.all([
    import('@fastify/swagger'),
    import('@fastify/swagger-ui'),
    import('./openapi.ts'),
  ])
  await scope.register(swagger, { mode: 'static', specification: { document: openApi() as never } })
  await scope.register(swaggerUi, {
    ...{ routePrefix: '/docs', staticCSP: documentationPolicy },
    // Its own validator badge would ask a server elsewhere.
    uiConfig: { validatorUrl: null, docExpansion: 'list', persistAuthorization: false },
  })
}
