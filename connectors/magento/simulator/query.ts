/** A query string as PHP reads it: brackets nest, `+` is a space, the last of equal names wins. */

export type Nested = string | NestedMap;
export type NestedMap = Map<string, Nested>;

export function parseQuery(query: string): NestedMap {
  const parsed: NestedMap = new Map();
  if (query === '') return parsed;
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const mark = pair.indexOf('=');
    const name = decoded(mark < 0 ? pair : pair.slice(0, mark));
    place(parsed, steps(name), mark < 0 ? '' : decoded(pair.slice(mark + 1)));
  }
  return parsed;
}

function decoded(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

/** `a[b][]` → a, b, "" */
function steps(name: string): string[] {
  const open = name.indexOf('[');
  if (open <= 0) return [name];
  const inner = [...name.slice(open).matchAll(/\[([^\]]*)\]/g)].map(match => match[1] ?? '');
  return [name.slice(0, open), ...inner];
}

function place(map: NestedMap, [step = '', ...rest]: string[], value: string): void {
  const key = step === '' ? String(map.size) : step;
  if (rest.length === 0) {
    map.set(key, value);
    return;
  }
  const known = map.get(key);
  const inner = known instanceof Map ? known : new Map<string, Nested>();
  map.set(key, inner);
  place(inner, rest, value);
}
