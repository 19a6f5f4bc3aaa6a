/** The first line of every page that is made from the source. */
export const NOTICE = '<!-- Made by scripts/generate-docs.ts; do not edit by hand. -->'

/** A Markdown table. A bar in a cell would end the cell. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
