import { Stage } from '../support/proxy-in-process.ts'
import { SteeredBackend } from './steered-backend.ts'

type Sections = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** The proxy in this process, before a backend that the test steers. */
export interface SteeredStage {
  readonly stage: Stage
  readonly backend: SteeredBackend
  close(): Promise<void>
}

/** Starts both. `more` is merged into the configuration, section by section. */
export async function startSteeredStage(more: Sections = {}, profile = 'ceph'): Promise<SteeredStage> {
  const backend = await SteeredBackend.start()
  const endpoint = { endpoint: `http://127.0.0.1:${backend.port}` }
  const stage = await Stage.start({
    profile,
    more: { ...more, master_credentials: endpoint },
  })
  return {
    stage,
    backend,
    close: async () => {
      await stage.close()
      await backend.close()
    },
  }
}
