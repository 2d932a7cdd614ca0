/** The list of controllers: one for each kind. */
import type { ControllerDefinition } from './cluster.ts';
import { connectionController } from './connection/controller.ts';
import { lookupTableController } from './lookup-table/controller.ts';
import { syncRunController } from './sync-run/controller.ts';
import { syncWorkflowController } from './sync-workflow/controller.ts';

export const controllers: readonly ControllerDefinition[] = [
  connectionController,
  lookupTableController,
  syncRunController,
  syncWorkflowController,
];
