/** Writes of controllers, each remembered until the caches show it. Nothing is sent that is so already. */
import { isForbidden, isInvalid } from '../operator/runtime/api-error.ts';
import { applyIfChanged, createOnce, NameTakenError } from '../operator/runtime/apply.ts';
import { covers } from '../operator/runtime/covers.ts';
import type { Informer } from '../operator/runtime/informer.ts';
import { patchStatus, type WithStatus } from '../operator/runtime/patch-status.ts';
import type { ReconcileContext } from '../operator/runtime/reconciler.ts';
import { controllerOf, type KubeObject, keyOf } from '../operator/runtime/resource.ts';
import type { Cluster } from './cluster.ts';
import type { Problem } from './conditions.ts';
import { appliedAnnotation, isManaged } from './labels.ts';

/** Makes an object of ours as desired and keeps it so. */
export async function keep<T extends KubeObject>(
  { api }: Cluster,
  informer: Informer<T>,
  desired: T,
  { signal, writes }: ReconcileContext,
): Promise<T> {
  const options = { signal, hashAnnotation: appliedAnnotation, isOurs: hasOurOwner(desired) };
  const cached = informer.get(keyOf(desired));
  const { object, written } = await applyIfChanged(api, informer.resource, desired, cached, options);
  if (written) writes.wrote(informer, object);
  return object;
}

/** Makes an object whose name says what is in it. */
export async function make<T extends KubeObject>(
  { api }: Cluster,
  informer: Informer<T>,
  desired: T,
  { signal, writes }: ReconcileContext,
): Promise<{ object: T; written: boolean }> {
  const isSame = hasOurOwner(desired);
  const isOurs = (live: KubeObject) => isSame(live) && (!('data' in desired) || covers(live, { data: desired.data }));
  const made = await createOnce(api, informer.resource, desired, informer.get(keyOf(desired)), { signal, isOurs });
  if (made.written) writes.wrote(informer, made.object);
  return made;
}

export async function keepStatus<T extends WithStatus<unknown>>(
  { api }: Cluster,
  informer: Informer<T>,
  cached: T,
  status: NonNullable<T['status']>,
  { signal, writes }: ReconcileContext,
): Promise<boolean> {
  const { object, written } = await patchStatus(api, informer.resource, cached, status, { signal });
  if (written) writes.wrote(informer, object);
  return written;
}

/** Of the same owner; or left behind by one that was removed without its children. */
function hasOurOwner(desired: KubeObject): (live: KubeObject) => boolean {
  const owner = controllerOf(desired);
  return live => {
    const found = controllerOf(live);
    return found === undefined ? isManaged(live) : found.uid === owner?.uid;
  };
}

/** A name that is taken as a problem of the object that needs it. What an owner of that name left is cleared away soon. */
function nameTaken(error: NameTakenError, what: string): Problem {
  const { live } = error;
  const { name, deletionTimestamp } = live.metadata;
  const isLeftover = deletionTimestamp !== undefined || isManaged(live);
  return {
    reason: 'NameTaken',
    message: `the ${what} '${name}' exists and is not ours: remove or rename it`,
    standing: isLeftover ? 'Working' : 'Stuck',
  };
}

/** A refusal of the API server as a problem; null for what has nothing to do with the object, or passes at once. */
export function problemOf(error: unknown, what: string): Problem | null {
  if (error instanceof NameTakenError) return nameTaken(error, what);
  if (isForbidden(error) || isInvalid(error))
    return {
      reason: 'ProgressingWithRetry',
      message: `the API server refused the ${what} (${error.status} ${error.reason}); it is tried again`,
      standing: 'Working',
    };
  return null;
}
