import type { Api, CallOptions } from './api.ts';
import { isNotFound } from './api-error.ts';
import type { Applied } from './apply.ts';
import { strip } from './cached-object.ts';
import { canonicalJson } from './fingerprint.ts';
import { type KubeObject, keyOf, type ResourceType } from './resource.ts';

/** A kind whose status we write. */
export type WithStatus<S> = KubeObject & { status?: S };

/**
 * Makes the status as given, whole, and sends nothing when `cached` says the same already. What others wrote into the
 * status is taken out. Lists without a meaning in their order come sorted.
 *
 * An object deleted meanwhile is left alone. One made anew under the same name gets this status (the API server knows no
 * precondition here but the resourceVersion, which would fail on every label), until its own reconcile writes the right one.
 */
export async function patchStatus<T extends WithStatus<unknown>>(
  api: Pick<Api, 'applyStatus' | 'patch'>,
  resource: ResourceType<T>,
  cached: T,
  status: NonNullable<T['status']>,
  options: CallOptions = {},
): Promise<Applied<T>> {
  if (canonicalJson(cached.status) === canonicalJson(status)) return { object: cached, written: false };
  const { name, namespace } = cached.metadata;
  const identity = namespace === undefined ? { name } : { name, namespace };
  try {
    const applied = await api.applyStatus(resource, { metadata: identity, status }, options);
    const leftover = difference(applied.status, status);
    if (leftover === undefined) return { object: strip(applied), written: true };
    const subresource = { ...options, subresource: 'status' };
    const cleaned = await api.patch(resource, keyOf(cached), { status: leftover }, subresource);
    return { object: strip(cleaned), written: true };
  } catch (error) {
    if (isNotFound(error)) return { object: cached, written: false };
    throw error;
  }
}

/** The merge patch that turns `live` into `desired`; undefined when they are equal. */
export function difference(live: unknown, desired: unknown): unknown {
  if (canonicalJson(live) === canonicalJson(desired)) return undefined;
  if (!isObject(live) || !isObject(desired)) return desired ?? null;
  const names = new Set([...Object.keys(live), ...Object.keys(desired)]);
  const parts = [...names].map(name => [name, difference(live[name], desired[name])] as const);
  return Object.fromEntries(parts.filter(([, part]) => part !== undefined));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
