/** A probe: a short Job that logs in and reads one row. It carries its settings with it, so it needs no other object. Pure. */
import type { ConnectionResource } from '../../crds/connection.ts';
import { contentHash, probeName } from '../../crds/names.ts';
import type { ConnectionSettings } from '../../crds/plan.ts';
import { controllerOf, ownedBy } from '../../operator/runtime/resource.ts';
import { settingsText, toMountedConnection } from '../connection-settings.ts';
import { connectionLabel, generationLabel, labelsOf, reconcileRequest, settingsAnnotation } from '../labels.ts';
import { connections, type Job } from '../resources.ts';
import { toJobSpec } from '../worker-job.ts';
import { toWorkerPod, type WorkerImage } from '../worker-pod.ts';

const deadlineSeconds = 120;
const retries = 1;
const keepSeconds = 600;

/** One probe for each generation and request; tried again after the time of the last answer, it is another one. */
export function toProbe(
  connection: ConnectionResource,
  settings: ConnectionSettings,
  { lastTry, worker }: { lastTry: string | undefined; worker: WorkerImage },
): Job {
  const { name, namespace, uid, generation, annotations } = connection.metadata;
  const request = annotations?.[reconcileRequest];
  const probe = probeName(name, contentHash([uid, generation, request ?? '', lastTry ?? '']));
  const labels = { ...labelsOf('probe', { [connectionLabel]: name }), [generationLabel]: String(generation) };
  const pod = toWorkerPod({
    worker,
    args: ['probe', name],
    resourceClass: 'Small',
    settings: { annotation: settingsAnnotation },
    connections: [toMountedConnection(connection)],
    lookups: [],
    ledger: false,
    request: false,
  });
  return {
    metadata: {
      name: probe,
      namespace,
      labels,
      ...(request === undefined ? {} : { annotations: { [reconcileRequest]: request } }),
      ownerReferences: [ownedBy(connections, connection)],
    },
    spec: toJobSpec({
      pod,
      labels,
      annotations: { [settingsAnnotation]: settingsText(false, [settings]) },
      deadlineSeconds,
      retries,
      keepSeconds,
    }),
  };
}

/** Whether a probe asks what this generation, with its last request, wants to know; a namesake's that is gone does not. */
export function answers(probe: Job, { metadata }: ConnectionResource): boolean {
  return (
    controllerOf(probe)?.uid === metadata.uid &&
    probe.metadata.labels?.[generationLabel] === String(metadata.generation) &&
    probe.metadata.annotations?.[reconcileRequest] === metadata.annotations?.[reconcileRequest]
  );
}
