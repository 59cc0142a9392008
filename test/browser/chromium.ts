// A real Chromium for the checks of this folder, where one is there (Debian: apt-get install
// chromium; or its path in CHROMIUM). It keeps to itself: no look-ups, updates or synchronisation.
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

export function browserPath(): string | undefined {
  const known = ['chromium', 'chromium-browser', 'google-chrome'].map((name) => `/usr/bin/${name}`)
  return [process.env.CHROMIUM, ...known].find((path) => path !== undefined && existsSync(path))
}

export const openBrowser = (executablePath: string): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      // Root, as in a container, may start it only without its sandbox; it opens our own pages alone.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ...['--disable-quic', '--no-first-run', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync'],
      // WebGL without a graphics card.
      ...['--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'],
    ],
  })
