/**
 * Whether a live value already says everything that the desired one asks for. The live one may say more inside objects:
 * defaults of the API server, fields of other managers.
 *
 * - Lists have equal length and match place by place, except lists of objects with distinct keys (see keysOf): those are
 *   matched by key, and others may have added some.
 * - An empty or zero value asks for nothing: the API server leaves such fields out when it stores built-in kinds.
 *
 * Quantities are compared as text: write them as the API server does ('1', not '1000m').
 */
export function covers(live: unknown, desired: unknown): boolean {
  if (live === undefined || live === null) return isNothing(desired);
  if (Array.isArray(desired)) return Array.isArray(live) && coversList(live, desired);
  if (isObject(desired))
    return isObject(live) && Object.entries(desired).every(([name, value]) => covers(live[name], value));
  return desired === undefined || desired === null || live === desired;
}

function coversList(live: readonly unknown[], desired: readonly unknown[]): boolean {
  const keys = keysOf(desired);
  const liveKeys = keysOf(live);
  if (keys === undefined || liveKeys === undefined) {
    return live.length === desired.length && desired.every((value, place) => covers(live[place], value));
  }
  const byKey = new Map(liveKeys.map((key, place) => [key, live[place]]));
  return desired.every((value, place) => covers(byKey.get(keys[place] ?? ''), value));
}

/** The fields by which Kubernetes merges its lists of objects, as far as our objects use them. */
const keyFields = ['uid', 'mountPath', 'name', 'type'];

/** One key per element, if all elements are objects and some key field tells them all apart. */
function keysOf(list: readonly unknown[]): string[] | undefined {
  if (list.length === 0) return undefined;
  for (const field of keyFields) {
    const keys = list.map(element => (isObject(element) ? element[field] : undefined));
    if (keys.every(key => typeof key === 'string') && new Set(keys).size === keys.length)
      return keys.map(key => `${field}=${key}`);
  }
  return undefined;
}

function isNothing(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isObject(value)) return Object.values(value).every(isNothing);
  return value === undefined || value === null || value === false || value === 0 || value === '';
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
