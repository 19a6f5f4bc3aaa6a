import { CHUNKS_TARGET } from './chunks-target.ts'
import { CONFIG_TARGET } from './config-target.ts'
import { FORM_TARGET } from './form-target.ts'
import type { FuzzTarget } from './fuzz-target.ts'
import { LATE_TARGET } from './late-target.ts'
import { REQUEST_TARGET } from './request-target.ts'
import { REWRITE_TARGET } from './rewrite-target.ts'
import { SIGNED_TARGET } from './signed-target.ts'
import { XML_TARGET } from './xml-target.ts'

/** Everything that is fuzzed. The shares make a hundred. */
export const FUZZ_TARGETS: readonly FuzzTarget[] = [
  REQUEST_TARGET,
  SIGNED_TARGET,
  CHUNKS_TARGET,
  XML_TARGET,
  REWRITE_TARGET,
  LATE_TARGET,
  FORM_TARGET,
  CONFIG_TARGET,
]
