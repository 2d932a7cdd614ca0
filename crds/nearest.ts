/** The name a person probably meant. */

/** Edits (insert, delete, replace) that make one text of the other, upper and lower case alike. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1]?.toLowerCase() === b[j - 1]?.toLowerCase();
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (same ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The candidate with the fewest edits; null where there is none at all. */
export function nearest(wrong: string, candidates: readonly string[]): string | null {
  let best: string | null = null;
  let fewest = Number.POSITIVE_INFINITY;
  for (const candidate of [...candidates].sort()) {
    const edits = distance(wrong, candidate);
    if (edits < fewest) [best, fewest] = [candidate, edits];
  }
  return best;
}

/** "must be one of …" with the nearest name first. */
export function didYouMean(wrong: string, candidates: readonly string[]): string {
  const near = nearest(wrong, candidates);
  return near === null ? '' : `did you mean '${near}'?`;
}
