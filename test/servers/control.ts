/** The control API: how tests, the sandbox and independent checkers look into a simulated system and disturb it. */
import type { ServerResponse } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { z } from 'zod';
import type { Clock } from './clock.ts';
import { BadEntity, type Collection, type Entity } from './collection.ts';
import { type Heard, jsonType } from './exchange.ts';
import { type Faults, faultSchema } from './faults.ts';
import type { Journal } from './journal.ts';
import { type Limits, limitsSchema } from './limits.ts';
import type { System } from './system.ts';

export interface Controlled {
  system: System;
  clock: Clock;
  journal: Journal;
  faults: Faults;
  limits: Limits;
  reset(): void;
}

/** An answer: a value sent as JSON, or a list sent piece by piece. */
type Told = { status?: number; value: unknown } | { open: string; list: Iterable<unknown>; close: string };

const pageSchema = z.object({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(0).optional(),
});
const entitySchema = z.record(z.string(), z.unknown());
const entitiesSchema = z.array(entitySchema);
const clockSchema = z.strictObject({ skewSeconds: z.number() });

export function controlHandler(controlled: Controlled): (request: Heard, response: ServerResponse) => void {
  return (request, response) => {
    let told: Told;
    try {
      told = tell(controlled, request);
    } catch (error) {
      told = { status: 400, value: { error: reason(error) } };
    }
    if ('list' in told) sendList(response, told);
    else sendValue(response, told.status ?? 200, told.value);
  };
}

function tell(controlled: Controlled, request: Heard): Told {
  const [, area = '', ...rest] = request.path.split('/');
  const call = `${request.method} ${area}`;
  if (area === 'collections' && rest.length > 0) return tellOfCollection(controlled, request, rest);
  switch (call) {
    case 'GET journal':
      return tellOfJournal(controlled.journal, request.query);
    case 'GET collections':
      return { value: Object.fromEntries(controlled.system.collections.map(({ name, count }) => [name, count])) };
    case 'GET faults':
      return { value: controlled.faults.list() };
    case 'POST faults':
      for (const fault of [parsed(request.body)].flat()) controlled.faults.add(faultSchema.parse(fault));
      return { value: controlled.faults.list() };
    case 'DELETE faults':
      controlled.faults.clear();
      return { value: [] };
    case 'GET limits':
      return { value: controlled.limits.settings };
    case 'POST limits':
      controlled.limits.set(limitsSchema.parse(parsed(request.body)));
      return { value: controlled.limits.settings };
    case 'GET clock':
      return { value: { skewSeconds: controlled.clock.skewSeconds, now: controlled.clock.now().toISOString() } };
    case 'POST clock':
      controlled.clock.skewSeconds = clockSchema.parse(parsed(request.body)).skewSeconds;
      return { value: { skewSeconds: controlled.clock.skewSeconds, now: controlled.clock.now().toISOString() } };
    case 'POST reset':
      controlled.reset();
      return { value: {} };
    default:
      return { status: 404, value: { error: `no such call: ${request.method} ${request.path}` } };
  }
}

function tellOfJournal(journal: Journal, query: string): Told {
  const { after, limit } = pageSchema.parse(Object.fromEntries(new URLSearchParams(query)));
  const summary = JSON.stringify(journal.summary).slice(1);
  return { open: '{"entries":[', list: journal.entries(after, limit), close: `],${summary}` };
}

function tellOfCollection({ system }: Controlled, request: Heard, [encodedName = '', ...encodedKey]: string[]): Told {
  const name = decodeURIComponent(encodedName);
  const collection = system.collections.find(one => one.name === name);
  if (!collection) return { status: 404, value: { error: `no such collection: ${name}` } };
  if (encodedKey.length > 0) return tellOfEntity(collection, request, encodedKey.map(decodeURIComponent).join('/'));
  switch (request.method) {
    case 'GET':
      return { open: '[', list: collection.shown(), close: ']' };
    case 'POST':
      collection.seed(entitiesSchema.parse(parsed(request.body)) as Entity[]);
      return { value: { count: collection.count } };
    default:
      return { status: 405, value: { error: `${request.method} is no call on a collection` } };
  }
}

function tellOfEntity(collection: Collection, request: Heard, key: string): Told {
  switch (request.method) {
    case 'PUT':
      return { value: collection.put(key, entitySchema.parse(parsed(request.body))) };
    case 'DELETE':
      if (collection.remove(key)) return { value: {} };
      return { status: 404, value: { error: `no ${key} in ${collection.name}` } };
    default:
      return { status: 405, value: { error: `${request.method} is no call on an entity` } };
  }
}

function parsed(body: string): unknown {
  return body === '' ? {} : JSON.parse(body);
}

function reason(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  if (error instanceof BadEntity || error instanceof SyntaxError) return error.message;
  return String(error);
}

function sendValue(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value);
  response.writeHead(status, { 'content-type': jsonType, 'content-length': Buffer.byteLength(body) }).end(body);
}

const piece = 500;

/** In pieces, so that neither side holds a hundred thousand entities as one text. */
function sendList(response: ServerResponse, told: Extract<Told, { list: unknown }>): void {
  response.writeHead(200, { 'content-type': jsonType });
  pipeline(Readable.from(pieces(told)), response, () => undefined);
}

function* pieces({ open, list, close }: Extract<Told, { list: unknown }>): Generator<string> {
  let text = open;
  let count = 0;
  for (const value of list) {
    text += (count === 0 ? '' : ',') + JSON.stringify(value);
    count += 1;
    if (count % piece !== 0) continue;
    yield text;
    text = '';
  }
  yield text + close;
}
