/**
 * Which record of the destination is meant: the one linked before, else the one that a search finds. More than one: none is chosen. An
 * entity that is linked to another record of the source is taken: the first record keeps it, the second is held as ambiguous, too.
 */
import type { Found, Key, Match } from '../connectors/contract.ts';
import { RecordError } from '../connectors/errors.ts';
import { type ClaimedRecord, failed, held } from './record.ts';
import type { Lease } from './stage/lease.ts';
import { saveLinks } from './stage/links.ts';
import type { Settled } from './stage/outcomes.ts';
import type { Stop } from './stop.ts';
import { lacking, streamOf, type Task } from './task.ts';

/** A record and the entity of the destination it goes to. */
export interface LinkedRecord extends ClaimedRecord {
  destinationId: string;
}

export interface Matching {
  linked: LinkedRecord[];
  /** Records that go nowhere. */
  settled: Settled[];
}

const mostCandidates = 10;

interface Context {
  task: Task;
  lease: Lease;
  stop: Stop;
}

export async function match(records: ClaimedRecord[], context: Context): Promise<Matching> {
  const linked = records.filter((record): record is LinkedRecord => record.destinationId !== null);
  const settled: Settled[] = [];
  let open = records.filter(record => record.destinationId === null);
  for (const fields of context.task.match) {
    const wanted = open.flatMap(record => matchOf(record, fields) ?? []);
    const search = await find(wanted, context);
    const { one, many } = byKey(search.found);
    const links = await context.lease.fenced(sql => saveLinks(sql, context.task.place, [...one.values()]));
    open = open.filter(record => {
      const { key, hash } = record;
      const refused = search.refused.get(key);
      const candidates = many.get(key);
      const candidate = one.get(key);
      const destinationId = links.get(key);
      if (refused) settled.push({ key, hash, ...failed(refused.code, refused.message, refused.field) });
      else if (candidates) settled.push({ key, hash, ...ambiguous(fields, candidates) });
      else if (destinationId !== undefined) linked.push({ ...record, destinationId });
      else if (candidate) settled.push({ key, hash, ...taken(candidate.id) });
      else return true;
      return false;
    });
  }
  settled.push(...open.map(({ key, hash }) => ({ key, hash, ...missing(context.task) })));
  return { linked, settled };
}

/** What to search for; null where the record lacks one of the fields. */
function matchOf({ key, mapped }: ClaimedRecord, fields: readonly string[]): Match | null {
  const values: Record<string, string> = {};
  for (const field of fields) {
    const value = mapped[field];
    if (typeof value !== 'string' || value.trim() === '') return null;
    values[field] = value;
  }
  return { key, values };
}

interface Search {
  found: Found[];
  refused: Map<Key, RecordError>;
}

/** All candidates. A search that is refused for one record's value is halved until that record stands alone. */
async function find(matches: Match[], context: Context): Promise<Search> {
  if (matches.length === 0) return { found: [], refused: new Map() };
  const { connection, stream: name } = context.task.destination;
  try {
    const found = await connection.ask(connector => {
      const stream = streamOf(connector, name);
      if (!stream.find) throw lacking('finding');
      return stream.find(matches, context.stop.hard);
    });
    return { found, refused: new Map() };
  } catch (error) {
    if (!(error instanceof RecordError)) throw error;
    const [first] = matches;
    if (matches.length === 1 && first) return { found: [], refused: new Map([[first.key, error]]) };
    const half = Math.ceil(matches.length / 2);
    const left = await find(matches.slice(0, half), context);
    const right = await find(matches.slice(half), context);
    return { found: [...left.found, ...right.found], refused: new Map([...left.refused, ...right.refused]) };
  }
}

function byKey(found: Found[]): { one: Map<Key, Found>; many: Map<Key, string[]> } {
  const one = new Map<Key, Found>();
  const many = new Map<Key, string[]>();
  for (const [key, candidates] of Map.groupBy(found, candidate => candidate.key)) {
    const ids = [...new Set(candidates.map(candidate => candidate.id))];
    const [id] = ids;
    if (ids.length > 1) many.set(key, ids);
    else if (id !== undefined) one.set(key, { key, id });
  }
  return { one, many };
}

const ambiguous = (fields: readonly string[], ids: string[]) =>
  held(
    'AmbiguousMatch',
    `${ids.length} records of the destination have the same ${fields.join(' and ')}: ${ids.slice(0, mostCandidates).join(', ')}`,
  );

const taken = (id: string) =>
  held('AmbiguousMatch', `${id} in the destination matches, and it is linked to another record of the source`);

/** What becomes of a record that the destination does not have. */
export function missing({ spec, match: alternatives }: Pick<Task, 'spec' | 'match'>) {
  if (spec.onMissing === 'Skip') return { outcome: 'Skipped', reason: 'DestinationMissing' } as const;
  const searched = alternatives.map(fields => fields.join(' and ')).join(', or the same ');
  const how = searched === '' ? 'there is no link' : `there is no link, and no record with the same ${searched}`;
  return failed(
    'DestinationMissing',
    `the destination does not have it: ${how}; method Update does not create it: add it there, or set onMissing: Skip`,
  );
}
