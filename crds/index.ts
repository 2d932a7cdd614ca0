/** The list of kinds. */
import { connection } from './connection.ts';
import { lookupTable } from './lookup-table.ts';
import { syncRun } from './sync-run.ts';
import { syncWorkflow } from './sync-workflow.ts';

export const kinds = [connection, lookupTable, syncRun, syncWorkflow] as const;
