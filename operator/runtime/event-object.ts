import type { KubeObject, ResourceType } from './resource.ts';
import { toMicroTime } from './times.ts';

/** Something that happened to an object and that a person who describes it should see. */
export interface Occurrence {
  readonly regarding: KubeObject;
  readonly related?: KubeObject;
  readonly type: 'Normal' | 'Warning';
  /** Why, in CamelCase. */
  readonly reason: string;
  /** What we did or tried, in CamelCase. */
  readonly action: string;
  /** For people; cut to 1 kB. Never text from outside. */
  readonly note: string;
}

export interface Reporter {
  /** Like `example.dev/operator`. */
  readonly controller: string;
  /** The pod's name. */
  readonly instance: string;
}

interface ObjectReference {
  apiVersion?: string | undefined;
  kind?: string | undefined;
  namespace?: string | undefined;
  name: string;
  uid?: string | undefined;
}

export interface EventObject extends KubeObject {
  eventTime: string;
  reportingController: string;
  reportingInstance: string;
  action: string;
  reason: string;
  type: string;
  note: string;
  regarding: ObjectReference;
  related?: ObjectReference;
  series?: { count: number; lastObservedTime: string };
}

export const events: ResourceType<EventObject> = {
  group: 'events.k8s.io',
  version: 'v1',
  plural: 'events',
  kind: 'Event',
  namespaced: true,
};

export function toEvent(occurrence: Occurrence, reporter: Reporter, name: string, now: Date): EventObject {
  const { regarding, related, type, reason, action, note } = occurrence;
  return {
    metadata: { name, namespace: namespaceOf(regarding) },
    eventTime: toMicroTime(now),
    reportingController: reporter.controller,
    reportingInstance: reporter.instance.slice(0, 128),
    type,
    reason: reason.slice(0, 128),
    action: action.slice(0, 128),
    note: cutTo(note, 1024),
    regarding: toReference(regarding),
    ...(related === undefined ? {} : { related: toReference(related) }),
  };
}

/** Events about cluster-scoped objects lie in `default`. */
const namespaceOf = ({ metadata }: KubeObject): string => metadata.namespace ?? 'default';

/** Two occurrences with one key are the same thing happening again; what the note says does not count. */
export function seriesKey({ type, reason, action, regarding, related }: Occurrence): string {
  const ids = [regarding, related].map(object => object && [object.kind, object.metadata.uid ?? object.metadata.name]);
  return JSON.stringify([type, reason, action, ids]);
}

function toReference({ apiVersion, kind, metadata: { namespace, name, uid } }: KubeObject): ObjectReference {
  return { apiVersion, kind, namespace, name, uid };
}

/** At most so many bytes of UTF-8, never half a character. */
export function cutTo(text: string, bytes: number): string {
  const encoded = Buffer.from(text);
  if (encoded.length <= bytes) return text;
  return `${new TextDecoder().decode(encoded.subarray(0, bytes - 3)).replace(/\uFFFD+$/, '')}…`;
}
