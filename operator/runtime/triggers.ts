import type { Change } from './cache.ts';
import type { Informer } from './informer.ts';
import type { Request } from './reconciler.ts';
import { controllerOf, type KubeObject, keyOf } from './resource.ts';
import type { Priority } from './workqueue.ts';

/** What wakes a controller: an informer, and the requests that follow from its changes. */
export interface Trigger {
  readonly informer: Pick<Informer<never>, 'hasSynced' | 'isHealthy' | 'synced'>;
  connect(enqueue: (request: Request, priority: Priority) => void): void;
}

/**
 * Every change of the informer's objects wakes the requests that `requests` finds in the object: as it was and as it is,
 * so that whoever lost a reference hears of it too. `matters` can rule out updates.
 */
export function watching<T extends KubeObject>(
  informer: Informer<T>,
  requests: (object: T) => readonly Request[],
  matters: (before: T, after: T) => boolean = () => true,
): Trigger {
  const isIdle = ({ before, after }: Change<T>): boolean =>
    before !== undefined && after !== undefined && !matters(before, after);
  return {
    informer,
    connect(enqueue) {
      informer.onChange(change => {
        if (isIdle(change)) return;
        for (const object of [change.before, change.after]) {
          if (object === undefined) continue;
          for (const request of requests(object)) enqueue(request, change.initial ? 'later' : 'now');
        }
      });
    },
  };
}

/** For the kind a controller is about. */
export const itself = (object: KubeObject): Request[] => [keyOf(object)];

/** For children: the owner of this kind that made the object. */
export function itsController(kind: string): (object: KubeObject) => Request[] {
  return object => {
    const owner = controllerOf(object);
    return owner?.kind === kind ? [{ namespace: object.metadata.namespace ?? '', name: owner.name }] : [];
  };
}

/** Everything but status: so that our own status writes do not wake us. */
export function intentChanged({ metadata: before }: KubeObject, { metadata: after }: KubeObject): boolean {
  return (
    before.uid !== after.uid ||
    before.generation !== after.generation ||
    before.deletionTimestamp !== after.deletionTimestamp ||
    !sameEntries(before.labels, after.labels) ||
    !sameEntries(before.annotations, after.annotations)
  );
}

function sameEntries(a: Record<string, string> = {}, b: Record<string, string> = {}): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every(name => a[name] === b[name]);
}
