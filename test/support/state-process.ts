import { openState } from '../../src/state/sqlite-state.ts'

/** Another process on the same state: does what its arguments say, once. */
const [path = '', action = '', bucket = '', text = ''] = process.argv.slice(2)
const state = openState({ path, readOnly: false })
if (action === 'set') {
  const version = state.setPolicy(bucket, text === '' ? undefined : text, { by: 'another process', at: new Date(0) })
  process.stdout.write(String(version))
} else {
  process.stdout.write(state.bucket(bucket)?.policy?.text ?? 'none')
}
state.close()
