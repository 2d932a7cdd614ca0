/** Labels and annotations of objects we make. */

const manager = 'supercargo';

const managedBy = 'app.kubernetes.io/managed-by';
/** Selects what our informers of built-in kinds see. */
export const ourSelector = `${managedBy}=${manager}`;

export const workflowLabel = 'supercargo.dev/workflow';
export const connectionLabel = 'supercargo.dev/connection';
export const lookupTableLabel = 'supercargo.dev/lookup-table';
/** The generation of the Connection that a probe asks about. */
export const generationLabel = 'supercargo.dev/generation';

/** Fingerprint of what we applied, by which a field we no longer want is noticed. */
export const appliedAnnotation = 'supercargo.dev/applied';
/** On a CronJob and its Jobs: the revision they run. The CronJob is the home of what is published. */
export const revisionAnnotation = 'supercargo.dev/revision';
/** On a scheduled Job: the SyncRun that stands for it. A Job that has it is never adopted again. */
export const adoptedAnnotation = 'supercargo.dev/sync-run';
/** On the pod of a probe: the settings it works by. */
export const settingsAnnotation = 'supercargo.dev/settings';
/** On any of our kinds, set by people: look again now. Also on a probe: the request it answers. */
export const reconcileRequest = 'supercargo.dev/reconcile-requested-at';

/** Set by the CronJob controller: the tick a Job was made for. */
export const scheduledTimeAnnotation = 'batch.kubernetes.io/cronjob-scheduled-timestamp';
/** Set by `kubectl create job --from=cronjob/…`: started by hand. */
export const instantiateAnnotation = 'cronjob.kubernetes.io/instantiate';
/** Set by the Job controller on every pod. */
export const jobNameLabel = 'batch.kubernetes.io/job-name';

export type Component = 'lookup-table' | 'probe' | 'revision' | 'run' | 'settings' | 'worker';

/** The recommended labels, and whose it is. */
export function labelsOf(component: Component, owner: Record<string, string>): Record<string, string> {
  return {
    'app.kubernetes.io/name': manager,
    'app.kubernetes.io/instance': Object.values(owner)[0] ?? manager,
    'app.kubernetes.io/component': component,
    'app.kubernetes.io/part-of': manager,
    [managedBy]: manager,
    ...owner,
  };
}

export const isManaged = (object: { metadata: { labels?: Record<string, string> } }): boolean =>
  object.metadata.labels?.[managedBy] === manager;
