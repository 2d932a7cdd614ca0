/**
 * Our kinds for programs that talk to the API server with kubernetes-fluent-client, typed from the schemas:
 *
 *     process.env.KUBECONFIG = sandbox.kubeconfig;
 *     const workflow = await K8s(SyncWorkflow).InNamespace(sandbox.namespace).Get('customer-update');
 *
 * The client reads KUBECONFIG at every request, so a program may set it at any time before its first one.
 */
import { type GenericClass, GenericKind, RegisterKind } from 'kubernetes-fluent-client';
import type { z } from 'zod';
import { connection } from '../crds/connection.ts';
import { group, type Kind, version } from '../crds/kind.ts';
import { lookupTable } from '../crds/lookup-table.ts';
import { syncRun } from '../crds/sync-run.ts';
import { syncWorkflow } from '../crds/sync-workflow.ts';

// The spec as a user writes it: what has a default may be left out. `declare`: no field of their own hides what the server sent.

export class Connection extends GenericKind {
  declare spec: z.input<typeof connection.spec>;
  declare status?: z.output<typeof connection.status>;
}

export class LookupTable extends GenericKind {
  declare spec: z.input<typeof lookupTable.spec>;
  declare status?: z.output<typeof lookupTable.status>;
}

export class SyncRun extends GenericKind {
  declare spec: z.input<typeof syncRun.spec>;
  declare status?: z.output<typeof syncRun.status>;
}

export class SyncWorkflow extends GenericKind {
  declare spec: z.input<typeof syncWorkflow.spec>;
  declare status?: z.output<typeof syncWorkflow.status>;
}

const models: [GenericClass, Kind][] = [
  [Connection, connection],
  [LookupTable, lookupTable],
  [SyncRun, syncRun],
  [SyncWorkflow, syncWorkflow],
];

for (const [model, { kind, plural }] of models) RegisterKind(model, { group, version, kind, plural });
