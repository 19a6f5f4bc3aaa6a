import { type Browser, chromium } from 'playwright-core'
import { programsNamed } from '../support/find-program.ts'
import { pathFolders } from '../support/environment.ts'

/** Debian's Chromium; undefined where it is not installed. */
export const chromiumFile: string | undefined = programsNamed('chromium', ['/usr/bin', ...pathFolders()])[0]

/** Starts it without a window; it goes to no address but those that the tests name. */
export function launchChromium(): Promise<Browser> {
  if (chromiumFile === undefined) throw new Error('chromium is not installed: apt-get install chromium')
  return chromium.launch({
    executablePath: chromiumFile,
    args: [
      // Its sandbox does not start as root.
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-domain-reliability',
      '--disable-sync',
      '--no-first-run',
      '--no-proxy-server',
    ],
  })
}
