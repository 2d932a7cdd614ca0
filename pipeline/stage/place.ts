/** Where the rows of one task of one run are, and which links belong to it. */
export interface Place {
  run: string;
  workflow: string;
  task: string;
  sourceConnection: string;
  destinationConnection: string;
  /** The stream that is read: links are of one source, one destination and one entity. */
  entity: string;
}

/** As parameters of a statement: $1 run, $2 workflow, $3 task, $4 source, $5 destination, $6 entity. */
export const parameters = (place: Place): unknown[] => [
  place.run,
  place.workflow,
  place.task,
  place.sourceConnection,
  place.destinationConnection,
  place.entity,
];
