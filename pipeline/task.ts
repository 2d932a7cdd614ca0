/** A task of the plan, put together with the connectors, tables and rules it names. */
import type { Connector, DestinationFacts, SourceFacts, Stream } from '../connectors/contract.ts';
import { compileMapping } from '../crds/mapping.ts';
import type { Plan } from '../crds/plan.ts';
import type { Task as TaskSpec } from '../crds/sync-workflow.ts';
import { hostOf, type OpenConnection } from './connection.ts';
import { Refused } from './ending.ts';
import type { LookupTable } from './map/lookup.ts';
import { type MapRecord, recordMapper } from './map/mapping.ts';
import type { Place } from './stage/place.ts';

/** A connection with the part its stream plays. */
interface End<Facts> {
  connection: OpenConnection;
  stream: string;
  facts: Facts;
}

export interface Task {
  name: string;
  spec: TaskSpec;
  source: End<SourceFacts>;
  destination: End<DestinationFacts>;
  /** How a record without a link is found: alternatives of fields. */
  match: readonly (readonly string[])[];
  map: MapRecord;
  /** What expressions see as `source`. */
  origin: { system: string; host: string };
  place: Place;
}

interface Given {
  plan: Plan;
  run: string;
  tables: ReadonlyMap<string, LookupTable>;
  source: OpenConnection;
  destination: OpenConnection;
}

/** Throws Refused where the plan asks for what the systems cannot do; nothing has been read then. */
export function resolveTask(spec: TaskSpec, { plan, run, tables, ...connections }: Given): Task {
  const source = endOf(spec.from, connections.source, 'source');
  const destination = endOf(spec.to, connections.destination, 'destination');
  checkMethod(spec, destination);
  const { mapping, problems } = compileMapping(spec.mapping ?? [], source.facts, destination.facts);
  if (mapping === null)
    throw new Refused(problems[0]?.reason ?? 'InvalidMapping', `task ${spec.name}: ${problems[0]?.message}`);
  const missing = mapping.tables.find(table => !tables.has(table));
  if (missing !== undefined) {
    throw new Refused('LookupTableNotFound', `task ${spec.name}: LookupTable ${missing} is not mounted; create it`);
  }
  return {
    name: spec.name,
    spec,
    source,
    destination,
    match: spec.match ?? destination.facts.match,
    map: recordMapper(mapping, tables, destination.facts),
    origin: { system: source.connection.settings.system, host: hostOf(source.connection.settings) },
    place: {
      run,
      workflow: plan.workflow.name,
      task: spec.name,
      sourceConnection: source.connection.settings.name,
      destinationConnection: destination.connection.settings.name,
      entity: source.stream,
    },
  };
}

function endOf<Part extends 'source' | 'destination'>(
  { stream }: { stream: string },
  connection: OpenConnection,
  part: Part,
): End<Part extends 'source' ? SourceFacts : DestinationFacts> {
  const facts = connection.facts.streams[stream]?.[part];
  const { name, system } = connection.settings;
  if (!facts) throw new Refused('StreamNotFound', `connection ${name}: ${system} has no stream ${stream} as a ${part}`);
  return { connection, stream, facts: facts as Part extends 'source' ? SourceFacts : DestinationFacts };
}

function checkMethod({ name, method }: TaskSpec, { facts, stream, connection }: End<DestinationFacts>): void {
  const creates = method === 'Create' || method === 'CreateAndUpdate';
  const lacking =
    creates && !facts.capabilities.create
      ? 'create'
      : method === 'Update' && !facts.capabilities.update
        ? 'update'
        : null;
  // Creating is refused until the pipeline can make a repeated create harmless.
  if (lacking === null && !creates) return;
  throw new Refused(
    'CapabilityMissing',
    `task ${name}: method ${method} is not possible: stream ${stream} of connection ${connection.settings.name} cannot ${lacking ?? 'create'} records; use Update or None`,
  );
}

/** The stream of an open connector. Facts promised it, and so they promised its calls: without them the connector is wrong. */
export function streamOf({ streams }: Connector, name: string): Stream {
  const stream = streams[name];
  if (!stream) throw lacking(`stream ${name}`);
  return stream;
}

export const lacking = (what: string) => new Error(`the connector declares ${what} and has no code for it`);
