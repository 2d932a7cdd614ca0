/** The Job around a worker's pod: how often it is tried, and for how long. */
import { exitCodes } from '../crds/plan.ts';
import type { JobSpec, PodSpec } from './resources.ts';
import { workerContainer } from './worker-pod.ts';

export interface WorkerJob {
  pod: PodSpec;
  labels: Record<string, string>;
  annotations?: Record<string, string>;
  deadlineSeconds: number;
  retries: number;
  /** For Jobs that no CronJob clears away. */
  keepSeconds?: number;
}

/** How long a Job that the operator made stays after its end. */
export const keptSeconds = 86_400;

export function toJobSpec({ pod, labels, annotations, deadlineSeconds, retries, keepSeconds }: WorkerJob): JobSpec {
  return {
    completions: 1,
    parallelism: 1,
    backoffLimit: retries,
    activeDeadlineSeconds: deadlineSeconds,
    podReplacementPolicy: 'Failed',
    podFailurePolicy: {
      rules: [
        // What a person must put right is not tried again.
        onExit('FailJob', exitCodes.InvalidConfiguration, exitCodes.CredentialsRefused),
        // A pod that the cluster took away, or somebody deleted, uses up no retry.
        { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
        onExit('Ignore', exitCodes.Stopped),
      ],
    },
    ...(keepSeconds === undefined ? {} : { ttlSecondsAfterFinished: keepSeconds }),
    template: { metadata: { labels, ...(annotations === undefined ? {} : { annotations }) }, spec: pod },
  };
}

const onExit = (action: 'FailJob' | 'Ignore', ...values: number[]) => ({
  action,
  onExitCodes: { containerName: workerContainer, operator: 'In', values },
});
