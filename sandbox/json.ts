/** Text that others wrote as a value; null where it is no JSON, or not yet written to its end. */
export function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
