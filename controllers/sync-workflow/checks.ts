/**
 * What may be wrong with a workflow that its schema cannot know: named, pure, in the order in which a person would want to hear of it.
 * Each is named as a statement that is true when it finds something.
 */
import type { ConnectorFacts, DestinationFacts, SourceFacts } from '../../connectors/contract.ts';
import { catalogue } from '../../connectors/index.ts';
import type { Reason } from '../../crds/conditions.ts';
import { type ConnectionResource, systemOf } from '../../crds/connection.ts';
import type { LookupTableResource } from '../../crds/lookup-table.ts';
import { compileMapping } from '../../crds/mapping.ts';
import { didYouMean } from '../../crds/nearest.ts';
import type { Method, SyncWorkflowResource, Task } from '../../crds/sync-workflow.ts';
import { getCondition } from '../../operator/runtime/conditions.ts';
import { type Cause, storedIn } from '../conditions.ts';
import { connectionNames, tableNames } from '../references.ts';
import { parseSchedule, timeZoneProblem } from './schedule.ts';

export interface Definition {
  spec: SyncWorkflowResource['spec'];
  connections: ReadonlyMap<string, ConnectionResource>;
  tables: ReadonlyMap<string, LookupTableResource>;
}

export interface Finding extends Cause {
  /** It may pass without a person: something is being applied, or looked at. */
  passing?: true;
}

type Check = (definition: Definition) => Finding | null;

/** The first finding; null for a definition that can be published. */
export function firstFinding(definition: Definition): Finding | null {
  for (const check of checks) {
    const finding = check(definition);
    if (finding !== null) return finding;
  }
  return null;
}

const scheduleIsInvalid: Check = ({ spec }) => {
  const { problem } = spec.schedule === undefined ? {} : parseSchedule(spec.schedule);
  return problem === undefined ? null : { reason: 'InvalidSchedule', message: `\`schedule\` ${problem}` };
};

const timeZoneIsUnknown: Check = ({ spec }) => {
  const problem = timeZoneProblem(spec.timeZone);
  if (problem === null) return null;
  return { reason: 'InvalidTimeZone', message: `\`timeZone\` '${spec.timeZone}' is not known: ${problem}` };
};

const startDateDoesNotExist: Check = ({ spec }) =>
  ofTasks(spec, ({ from }) => {
    if (from.startDate === undefined) return null;
    const date = new Date(from.startDate);
    const exists = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(from.startDate.slice(0, 10));
    return exists ? null : { reason: 'InvalidSpec', message: `\`startDate\` '${from.startDate}' is no date` };
  });

const connectionIsMissing: Check = ({ spec, connections }) => {
  const missing = connectionNames(spec).filter(name => !connections.has(name));
  if (missing.length === 0) return null;
  return { reason: 'ConnectionNotFound', message: `there is no Connection ${list(missing)}`, passing: true };
};

const connectionIsInvalid: Check = ({ spec, connections }) => {
  const invalid = connectionNames(spec).filter(name => {
    const ready = readyOf(connections.get(name));
    return ready?.status === 'False' && ready.reason === 'InvalidSpec';
  });
  if (invalid.length === 0) return null;
  return { reason: 'DependencyNotReady', message: `waits for the Connection ${list(invalid)} to be valid` };
};

const streamIsUnknown: Check = definition =>
  ofEnds(definition, ({ stream, end, facts }) => {
    if (facts.streams[stream] !== undefined) return null;
    const known = Object.keys(facts.streams);
    const message = `${facts.title} has no stream '${stream}' (\`${end}\`): ${didYouMean(stream, known)}`;
    return { reason: 'StreamNotFound', message };
  });

const streamCannotBeUsedThatWay: Check = definition =>
  ofEnds(definition, ({ stream, end, facts }) => {
    const { source, destination } = facts.streams[stream] ?? {};
    const works = end === 'from' ? source?.capabilities.read : destination !== undefined;
    if (works) return null;
    const verb = end === 'from' ? 'read from' : 'written to';
    return { reason: 'CapabilityMissing', message: `the stream '${stream}' of ${facts.title} cannot be ${verb}` };
  });

const methodIsNotSupported: Check = definition =>
  ofPairs(definition, ({ task, destination, facts }) => {
    const missing = needs[task.method].filter(verb => !destination.capabilities[verb]);
    if (missing.length === 0) return null;
    const works = (Object.keys(needs) as Method[]).filter(method =>
      needs[method].every(verb => destination.capabilities[verb]),
    );
    return {
      reason: 'CapabilityMissing',
      message: `\`method\` must be one of ${list(works)}, not '${task.method}': ${facts.title} cannot ${missing.join(' and ')} '${task.to.stream}'`,
    };
  });

const needs: Record<Method, ('create' | 'update')[]> = {
  None: [],
  Update: ['update'],
  Create: ['create'],
  CreateAndUpdate: ['create', 'update'],
};

const matchIsNotSupported: Check = definition =>
  ofPairs(definition, ({ task, destination, facts }) => {
    const match = task.match ?? [];
    if (match.length > 0 && !destination.capabilities.find)
      return {
        reason: 'CapabilityMissing',
        message: `${facts.title} cannot find a record of '${task.to.stream}' by its fields: \`match\` must be []`,
      };
    const unknown = match.flat().find(field => !destination.matchFields.includes(field));
    if (unknown === undefined) return null;
    const hint = didYouMean(unknown, destination.matchFields);
    return { reason: 'InvalidSpec', message: `a record cannot be found by \`match\` '${unknown}': ${hint}` };
  });

const mappingIsWrong: Check = definition =>
  ofPairs(definition, ({ task, source, destination }) => {
    const { problems } = compileMapping(task.mapping ?? [], source, destination);
    const [first] = problems;
    if (first === undefined) return null;
    return { reason: first.reason, message: problems.map(({ message }) => message).join('; ') };
  });

const lookupTableIsMissing: Check = ({ spec, tables }) => {
  const missing = tableNames(spec).filter(name => !tables.has(name));
  if (missing.length === 0) return null;
  return { reason: 'LookupTableNotFound', message: `there is no LookupTable ${list(missing)}`, passing: true };
};

const lookupTableIsNotPublished: Check = ({ spec, tables }) => {
  const waiting = tableNames(spec).filter(name => {
    const table = tables.get(name);
    return table?.status?.version === undefined && readyOf(table) === undefined;
  });
  if (waiting.length === 0) return null;
  return {
    reason: 'DependencyNotReady',
    message: `waits for the LookupTable ${list(waiting)} to be published`,
    passing: true,
  };
};

const lookupTableIsInvalid: Check = ({ spec, tables }) => {
  const invalid = tableNames(spec).filter(name => {
    const table = tables.get(name);
    return readyOf(table)?.status === 'False' || table?.status?.version === undefined;
  });
  if (invalid.length === 0) return null;
  return { reason: 'DependencyNotReady', message: `waits for the LookupTable ${list(invalid)} to be ready` };
};

const checks: readonly Check[] = [
  scheduleIsInvalid,
  timeZoneIsUnknown,
  startDateDoesNotExist,
  connectionIsMissing,
  connectionIsInvalid,
  streamIsUnknown,
  streamCannotBeUsedThatWay,
  methodIsNotSupported,
  matchIsNotSupported,
  mappingIsWrong,
  lookupTableIsMissing,
  lookupTableIsNotPublished,
  lookupTableIsInvalid,
];

/** The first finding in a task, with the task's name in front. */
function ofTasks({ tasks }: Definition['spec'], find: (task: Task) => Finding | null): Finding | null {
  for (const task of tasks) {
    const finding = find(task);
    if (finding !== null) return { ...finding, message: `task '${task.name}': ${finding.message}` };
  }
  return null;
}

interface End {
  end: 'from' | 'to';
  stream: string;
  facts: ConnectorFacts;
}

/** Ends whose Connection is missing or names no system are another check's business. */
function ofEnds({ spec, connections }: Definition, find: (end: End) => Finding | null): Finding | null {
  return ofTasks(spec, task => {
    for (const end of ['from', 'to'] as const) {
      const { connectionRef, stream } = task[end];
      const facts = factsOf(connections.get(connectionRef.name));
      const finding = facts === null ? null : find({ end, stream, facts });
      if (finding !== null) return finding;
    }
    return null;
  });
}

interface Pair {
  task: Task;
  source: SourceFacts;
  destination: DestinationFacts;
  /** Of the destination's system. */
  facts: ConnectorFacts;
}

function ofPairs({ spec, connections }: Definition, find: (pair: Pair) => Finding | null): Finding | null {
  return ofTasks(spec, task => {
    const facts = factsOf(connections.get(task.to.connectionRef.name));
    const source = factsOf(connections.get(task.from.connectionRef.name))?.streams[task.from.stream]?.source;
    const destination = facts?.streams[task.to.stream]?.destination;
    if (facts === null || source === undefined || destination === undefined) return null;
    return find({ task, source, destination, facts });
  });
}

function factsOf(connection: ConnectionResource | undefined): ConnectorFacts | null {
  const found = connection === undefined ? null : systemOf(connection.spec);
  return found === null ? null : catalogue[found.system].facts;
}

/** What an object says of its present generation; undefined until it was looked at. */
function readyOf(object: ConnectionResource | LookupTableResource | undefined) {
  const ready = getCondition(storedIn(object?.status), 'Ready');
  return ready?.observedGeneration === object?.metadata.generation ? ready : undefined;
}

const list = (names: readonly Reason[] | readonly string[]): string => names.map(name => `'${name}'`).join(', ');
