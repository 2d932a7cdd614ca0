/** How long a server asks us to wait, in seconds, from whatever it wrote; null = it said nothing that can be understood. */
export function retryAfterSeconds(value: string | undefined, now: Date): number | null {
  const text = value?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Math.min(Number(text), Number.MAX_SAFE_INTEGER);
  // The parser of dates takes fragments such as "-5" for a year; a date of HTTP begins with a letter or a full year.
  if (!/^([A-Za-z]{3,9},? |\d{4}-\d{2}-\d{2})/.test(text)) return null;
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : Math.max(0, (time - now.getTime()) / 1000);
}
