import { configurationPage } from './configuration-index.ts'
import { configurationSchemaFile } from './configuration-schema.ts'
import { auditPage } from './reference-audit.ts'
import { metricsPage } from './reference-metrics.ts'
import { errorsPage, operationsPage } from './reference-pages.ts'
import { actionsPage, conditionKeysPage } from './reference-policies.ts'

/** Every file that is made from the source as a whole. */
export const GENERATED_PAGES: readonly (readonly [file: string, text: () => string | Promise<string>])[] = [
  ['docs/reference/operations.md', operationsPage],
  ['docs/reference/errors.md', errorsPage],
  ['docs/reference/actions.md', actionsPage],
  ['docs/reference/condition-keys.md', conditionKeysPage],
  ['docs/reference/config.md', configurationPage],
  ['docs/reference/config.schema.json', configurationSchemaFile],
  ['docs/reference/metrics.md', metricsPage],
  ['docs/reference/audit.md', auditPage],
]
