/** Keys that something on the way might encode, decode, trim, fold or resolve. */
export const AWKWARD_KEYS: readonly (readonly [what: string, key: string])[] = [
  ['a blank', 'two words'],
  ['a plus', 'one+one'],
  ['an escaped slash', 'a%2Fb'],
  ['a lone percent sign', '100%'],
  ['an empty segment', 'a//b'],
  ['letters beyond ASCII', 'ünïcödé/漢字'],
  ['an emoji', 'smile-😀'],
  ['a slash at the end', 'folder/'],
  ['a dot segment', 'a/../b'],
  ['quotes, parentheses, star', "it's (so) *bold*!"],
  ['query characters', 'a?b=c&d#e'],
  ['a control character', 'bell\u0001end'],
]
