/** Why a pod does not run, from what the cluster tells about it: pure. Names of objects, never their content. */
import type { Cause } from './conditions.ts';
import { workerStateOf } from './job-end.ts';
import type { CoreEvent, Pod } from './resources.ts';

/** Sentences of the server are shortened to this. */
const longestQuote = 300;

/** The Job has no pod: what the Job controller was told when it tried to make one. */
export function whyNoPod(events: readonly CoreEvent[]): Cause | null {
  const message = newest(events, 'FailedCreate')?.message;
  return message === undefined ? null : whyRefused('pod', message);
}

/** What the API server says when it does not let an object in. */
export function whyRefused(what: string, message: string): Cause {
  const said = `the API server refused the ${what}: ${shortened(message)}`;
  if (/exceeded quota/i.test(message)) return { reason: 'QuotaExceeded', message: said };
  if (/violates PodSecurity|admission webhook|ValidatingAdmissionPolicy|denied (the )?request/i.test(message))
    return { reason: 'PolicyRefused', message: said };
  return { reason: 'PodRefused', message: said };
}

/** The pod is there and its worker has not started. Null: nothing is known to be wrong. */
export function whyNotStarted(pod: Pod, events: readonly CoreEvent[]): Cause | null {
  const state = workerStateOf(pod);
  if (state?.running !== undefined || state?.terminated !== undefined) return null;
  return waitingContainer(state?.waiting) ?? unschedulable(pod) ?? failedMount(pod, events);
}

const imageReasons = ['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull', 'ImageInspectError'];

function waitingContainer(waiting: { reason?: string; message?: string } | undefined): Cause | null {
  const { reason = '', message = '' } = waiting ?? {};
  if (imageReasons.includes(reason))
    return { reason: 'ImagePull', message: `the image of the worker cannot be pulled (${reason}); it is tried again` };
  if (/^(CreateContainer\w*|RunContainer|StartError)/.test(reason))
    return { reason: 'PodRefused', message: `the node cannot start the worker (${reason}): ${shortened(message)}` };
  return null;
}

function unschedulable(pod: Pod): Cause | null {
  const scheduled = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status !== 'False') return null;
  return {
    reason: 'Unschedulable',
    message: `no node takes the pod '${pod.metadata.name}': ${shortened(scheduled.message ?? '')}`,
  };
}

/** The kubelet names the object in a sentence; only a name that the pod mounts is believed. */
function failedMount(pod: Pod, events: readonly CoreEvent[]): Cause | null {
  const message = newest(events, 'FailedMount')?.message ?? '';
  const [, kind, name = ''] = /(secret|configmap) "([^"]+)" not found/i.exec(message) ?? [];
  const isSecret = kind?.toLowerCase() === 'secret';
  const mounted = isSecret ? mountedSecrets(pod) : mountedConfigMaps(pod);
  if (mounted.includes(name)) {
    const what = isSecret ? `the Secret '${name}'` : `the ConfigMap '${name}'`;
    return {
      reason: isSecret ? 'SecretNotFound' : 'ConfigMapNotFound',
      message: `${what} does not exist in the namespace '${pod.metadata.namespace ?? ''}': create it, and the worker starts by itself`,
    };
  }
  const [, missing] = /references non-existent (?:secret|config) key: ([\w.-]+)/.exec(message) ?? [];
  if (missing !== undefined)
    return { reason: 'SecretKeyMissing', message: `an object the worker mounts lacks the key '${missing}'` };
  return null;
}

const mountedSecrets = (pod: Pod): string[] =>
  (pod.spec.volumes ?? []).flatMap(({ secret }) => secret?.secretName ?? []);

function mountedConfigMaps(pod: Pod): string[] {
  return (pod.spec.volumes ?? []).flatMap(({ configMap, projected }) => [
    ...(configMap?.name === undefined ? [] : [configMap.name]),
    ...(projected?.sources ?? []).flatMap(source => source.configMap?.name ?? []),
  ]);
}

function newest(events: readonly CoreEvent[], reason: string): CoreEvent | undefined {
  const time = (event: CoreEvent) => event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? '';
  const fitting = events.filter(event => event.reason === reason);
  return fitting.sort((a, b) => (time(a) < time(b) ? -1 : 1)).at(-1);
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= longestQuote ? line : `${line.slice(0, longestQuote - 1)}…`;
}
