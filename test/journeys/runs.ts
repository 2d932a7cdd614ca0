/** Resources as a user's program reads and writes them. */
import { K8s } from 'kubernetes-fluent-client';
import { SyncRun, SyncWorkflow } from '../../client/kinds.ts';
import type { Condition } from '../../crds/conditions.ts';
import { eventually } from './world.ts';

export const condition = (resource: { status?: { conditions?: Condition[] | undefined } } | null, type: string) =>
  resource?.status?.conditions?.find(one => one.type === type);

/** The resource, or null where it is not there. */
export async function run(namespace: string, name: string): Promise<SyncRun | null> {
  return (await runs(namespace)).find(one => one.metadata?.name === name) ?? null;
}

export async function runs(namespace: string): Promise<SyncRun[]> {
  return (await K8s(SyncRun).InNamespace(namespace).Get()).items;
}

export async function workflow(namespace: string, name: string): Promise<SyncWorkflow> {
  return await K8s(SyncWorkflow).InNamespace(namespace).Get(name);
}

/** Creates a run by hand and waits until its end is in its status. */
export async function runNow(namespace: string, workflowName: string, seconds = 90): Promise<SyncRun> {
  const name = await startRun(namespace, workflowName);
  return await finished(namespace, name, seconds);
}

let count = 0;

export async function startRun(namespace: string, workflowName: string): Promise<string> {
  const name = `by-hand-${process.pid}-${++count}`;
  await K8s(SyncRun).Create({
    metadata: { name, namespace },
    spec: { workflowRef: { name: workflowName } },
  });
  return name;
}

export async function finished(namespace: string, name: string, seconds = 90): Promise<SyncRun> {
  return await eventually(
    `SyncRun ${namespace}/${name} finished`,
    async () => {
      const found = await run(namespace, name);
      const status = condition(found, 'Succeeded')?.status;
      return status === 'True' || status === 'False' ? found : null;
    },
    { seconds },
  );
}
