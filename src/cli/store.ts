import { type RunningStore, startStore } from '../../store/store.ts'
import type { Config } from '../config/config.ts'

/** `s3-iam-proxy store`: the embedded store alone, with the master credentials of the configuration. */
export async function runStore(config: Pick<Config, 'store' | 'masterCredentials'>): Promise<RunningStore> {
  const { store, masterCredentials: master } = config
  return startStore({
    path: store.path,
    host: store.listen.host ?? '::',
    port: store.listen.port,
    credential: { accessKey: master.accessKey, secretKey: master.secretKey.reveal(), region: master.region },
    imitate: store.imitate,
  })
}
