/** When failures say more about the system than about the records: then a run stops instead of failing all of them. */

/** Fewer writes than this prove nothing. */
const atLeast = 20;

/** Of the first hundred writes a fifth may fail, of more a tenth. */
export function tooManyFailures(writes: number, failures: number): boolean {
  return writes >= atLeast && failures > writes * (writes <= 100 ? 0.2 : 0.1);
}
