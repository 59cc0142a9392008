// Serves the dashboard that `vite build web` made, under /. Nothing of it is secret: what it shows it
// asks for as any client does. Its policy lets it load and reach nothing but this server, and nobody
// may frame it.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { aside } from './aside.ts'

const policy = [
  "default-src 'none'",
  ...["script-src 'self'", "worker-src 'self'", "style-src 'self'", "img-src 'self'"],
  ...["connect-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
].join('; ')

/** Where the build lies: beside the compiled code, or in the checkout's dist/. Null: never built. */
function builtFolder(): string | null {
  const up = join(import.meta.dirname, '..', '..')
  const folders = [join(up, 'web'), join(up, 'dist', 'web')]
  return folders.find((folder) => existsSync(join(folder, 'assets'))) ?? null
}

/** @param folder the build; null: there is none, and a page says so */
export async function addDashboard(
  scope: FastifyInstance,
  folder: string | null = builtFolder(),
): Promise<void> {
  if (folder === null) {
    scope.get('/', (_request, reply) =>
      reply
        .status(404)
        .type('text/plain; charset=utf-8')
        .send('The dashboard is not built: `npm run build` does it.\n'),
    )
    return
  }
  const shown = aside((pages) => addFiles(pages, folder))
  for (const path of ['/', '/assets/*']) scope.get(path, shown)
}

async function addFiles(pages: FastifyInstance, folder: string): Promise<void> {
  const { default: files } = await import('@fastify/static')
  await pages.register(files, { root: folder, serve: false, index: false })
  pages.get('/', (_request, reply) =>
    guarded(reply).sendFile('index.html', { cacheControl: false }),
  )
  // Vite names assets by their content: a name never means something else.
  pages.get<{ readonly Params: { readonly '*': string } }>('/assets/*', ({ params }, reply) =>
    guarded(reply).sendFile(`assets/${params['*']}`, { maxAge: '365d', immutable: true }),
  )
}

const guarded = (reply: FastifyReply): FastifyReply =>
  reply.header('content-security-policy', policy)
