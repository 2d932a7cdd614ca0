/**
 * Orders two resourceVersions of one kind: negative when `a` is older. They are digit strings of up to 128 bits, so they
 * are compared as text: the longer is the newer, equal lengths compare digit by digit. Never parse them as numbers.
 */
export function compareResourceVersions(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}
