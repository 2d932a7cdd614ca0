import type { Api, CallOptions } from './api.ts';
import { isAlreadyExists } from './api-error.ts';
import { strip } from './cached-object.ts';
import { covers } from './covers.ts';
import { fingerprint } from './fingerprint.ts';
import { controllerOf, type KubeObject, keyOf, type ResourceType } from './resource.ts';

export interface OwnershipOptions extends CallOptions {
  /**
   * Whether an object of that name is one we may write. Default: it has the controller owner that `desired` has; if
   * `desired` has none, it carries the annotation `hashAnnotation`.
   */
  readonly isOurs?: (live: KubeObject) => boolean;
  /**
   * Annotation for the fingerprint of what was applied, by which a field we no longer want is noticed. Only for objects
   * we make; a user's object must never be given one.
   */
  readonly hashAnnotation?: string;
}

export interface Applied<T> {
  readonly object: T;
  /** False: everything was so already, nothing was sent. */
  readonly written: boolean;
}

/** The name belongs to somebody else. Nothing was changed. */
export class NameTakenError extends Error {
  override readonly name = 'NameTakenError';
  readonly live: KubeObject;

  constructor(kind: string, live: KubeObject) {
    super(`a ${kind} named '${live.metadata.name}' exists and is not ours`);
    this.live = live;
  }
}

/**
 * Makes an object of ours as desired, and sends nothing when it is so already. `desired` holds all fields we own, as the
 * API server writes them. `cached` is what the informer has; without one the API server is asked, since a cache may lag
 * or hold only labelled objects. An object being deleted is left alone.
 *
 * Throws NameTakenError when the object is not ours.
 */
export async function applyIfChanged<T extends KubeObject>(
  api: Pick<Api, 'get' | 'apply'>,
  resource: ResourceType<T>,
  desired: T,
  cached: T | undefined,
  options: OwnershipOptions = {},
): Promise<Applied<T>> {
  const { hashAnnotation, signal, deadlineSeconds } = options;
  const call = { signal, deadlineSeconds };
  const intent = hashAnnotation === undefined ? desired : withAnnotation(desired, hashAnnotation, fingerprint(desired));
  const live = cached ?? (await api.get(resource, keyOf(desired), call));
  if (live !== null) {
    refuseForeign(resource, desired, live, options);
    if (live.metadata.deletionTimestamp !== undefined || covers(live, intent)) return { object: live, written: false };
  }
  return { object: strip(await api.apply(resource, intent, call)), written: true };
}

/**
 * Makes an object that never changes afterwards: a Job, an immutable ConfigMap. Its name follows from its content, so one
 * that is there is the one meant. Throws NameTakenError when it is not ours.
 */
export async function createOnce<T extends KubeObject>(
  api: Pick<Api, 'get' | 'create'>,
  resource: ResourceType<T>,
  desired: T,
  cached: T | undefined,
  options: OwnershipOptions = {},
): Promise<Applied<T>> {
  const { hashAnnotation, signal, deadlineSeconds } = options;
  const call = { signal, deadlineSeconds };
  const intent = hashAnnotation === undefined ? desired : withAnnotation(desired, hashAnnotation, fingerprint(desired));
  try {
    if (cached === undefined) return { object: strip(await api.create(resource, intent, call)), written: true };
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
  const live = cached ?? (await api.get(resource, keyOf(desired), call));
  if (live === null) throw new Error(`the ${resource.kind} '${desired.metadata.name}' vanished while being created`);
  refuseForeign(resource, desired, live, options);
  return { object: live, written: false };
}

function refuseForeign(resource: ResourceType, desired: KubeObject, live: KubeObject, options: OwnershipOptions): void {
  const { isOurs = hasSameOrigin(desired, options.hashAnnotation) } = options;
  if (!isOurs(live)) throw new NameTakenError(resource.kind, live);
}

function hasSameOrigin(desired: KubeObject, hashAnnotation: string | undefined): (live: KubeObject) => boolean {
  const owner = controllerOf(desired);
  if (owner !== undefined) return live => controllerOf(live)?.uid === owner.uid;
  return live => hashAnnotation !== undefined && live.metadata.annotations?.[hashAnnotation] !== undefined;
}

function withAnnotation<T extends KubeObject>(object: T, name: string, value: string): T {
  const annotations = { ...object.metadata.annotations, [name]: value };
  return { ...object, metadata: { ...object.metadata, annotations } };
}
