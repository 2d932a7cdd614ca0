/** The Web API's door: who asks, for what, and which verb. Not here: $batch, custom endpoints, $process, modules but AR and TX. */

import type { Entity } from '../../../test/servers/collection.ts';
import { type Answer, type Heard, jsonAnswer } from '../../../test/servers/exchange.ts';
import type { System } from '../../../test/servers/system.ts';
import { parseAddress, type Target } from './address.ts';
import type { Company } from './company.ts';
import { parseKey } from './key.ts';
import { metadata } from './metadata.ts';
import { parseOptions } from './options.ts';
import { readOne, readPage } from './reading.ts';
import { Refusal, refusalOf } from './refusal.ts';
import { keyText, shown, type Verb } from './resource.ts';
import { create, remove, update } from './writing.ts';

export function sage300(company: Company): System {
  return {
    name: 'sage300',
    answer: request => withSession(company, request, answer(company, request)),
    refuse: refusalOf,
    collections: company.collections,
    secrets: [company.settings.credentials.password],
    reset: () => company.reset(),
  };
}

function answer(company: Company, request: Heard): Answer {
  try {
    authenticate(company, request);
    requireContentType(request);
    const place = parseAddress(company.settings.company, request.path);
    if (!company.settings.modules.includes(place.module)) {
      throw new Refusal('Forbidden', `The user has no right to the Web API of module ${place.module}.`);
    }
    if (place.metadata)
      return { status: 200, headers: { 'content-type': 'application/xml' }, body: metadata(place.module) };
    return act(company, request, place);
  } catch (error) {
    if (error instanceof Refusal) return error.answer();
    throw error;
  }
}

function act(company: Company, request: Heard, target: Target): Answer {
  const { resource, key } = target;
  const verb = request.method as Verb;
  if (!resource.verbs.includes(verb)) throw notAllowed(verb, resource.name);
  if (verb === 'POST' && key !== null) return template(target);
  if (key === null) return actOnCollection(company, request, target);
  const records = company.of(resource.name);
  const found = keyText(resource, parseKey(resource, key));
  switch (verb) {
    case 'GET':
      return told(200, { ...context(request, `${resource.name}/$entity`), ...readOne(records, found) });
    case 'PATCH':
      update(company, records, found, request.body);
      return done;
    case 'PUT':
      update(company, records, found, request.body, true);
      return done;
    case 'DELETE':
      remove(company, records, found);
      return done;
    case 'POST':
      return template(target);
  }
}

function actOnCollection(company: Company, request: Heard, { resource }: Target): Answer {
  const records = company.of(resource.name);
  if (request.method === 'POST') {
    const made = shown(resource, create(company, records, request.body));
    return { ...told(201, { ...context(request, `${resource.name}/$entity`), ...made }), applied: true };
  }
  if (request.method !== 'GET') throw notAllowed(request.method, resource.name);
  const { pageSize, nextLink } = company.settings;
  const options = parseOptions(resource, request.query);
  const { entities, total, more } = readPage(records, options, pageSize);
  const count = options.count ? { '@odata.count': total } : {};
  const link = nextLink && more ? { '@odata.nextLink': nextAddress(request, options.skip + entities.length) } : {};
  return told(200, { ...context(request, resource.name), ...count, value: entities, ...link }, entities.length);
}

/** Bodies of PATCH, PUT and DELETE are not documented; OData answers without one. */
const done: Answer = { status: 204, applied: true, records: 1 };

function template({ resource, key }: Target): Answer {
  if (key === "'$template'") return told(200, resource.initial);
  throw new Refusal('InvalidAction', `The action ${key} is not valid for ${resource.name}.`);
}

function told(status: number, value: unknown, records = 1): Answer {
  const headers = { 'content-type': 'application/json; odata.metadata=minimal', 'odata-version': '4.0' };
  return jsonAnswer(status, value, { headers, records });
}

function context(request: Heard, of: string): Entity {
  const module = request.path.split('/').slice(0, 6).join('/');
  return { '@odata.context': `${origin(request)}${module}/$metadata#${of}` };
}

function nextAddress(request: Heard, skip: number): string {
  const query = new URLSearchParams(request.query);
  query.set('$skip', String(skip));
  return `${origin(request)}${request.path}?${query}`;
}

function origin(request: Heard): string {
  return `${request.scheme}://${request.headers.host ?? 'localhost'}`;
}

function authenticate({ settings }: Company, { headers }: Heard): void {
  const [scheme, encoded = ''] = (headers.authorization ?? '').split(' ');
  const [username = '', password] = Buffer.from(encoded, 'base64').toString('utf8').split(/:(.*)/s);
  const { credentials } = settings;
  const right = username.toUpperCase() === credentials.username.toUpperCase() && password === credentials.password;
  if (scheme?.toLowerCase() !== 'basic' || !right) throw new Refusal('Unauthorized', 'The credentials are invalid.');
}

/** Required on all requests, GET and DELETE included. */
function requireContentType({ headers }: Heard): void {
  if (/^application\/json\b/i.test(headers['content-type'] ?? '')) return;
  throw new Refusal('InternalServerError', 'An unexpected error has occurred.');
}

/** A request without a cookie opens a session; one that was refused for its credentials does not. */
function withSession(company: Company, { headers }: Heard, made: Answer): Answer {
  if (headers.cookie?.includes('ASP.NET_SessionId=') || made.status === 401) return made;
  company.sessions += 1;
  const id = company.sessions.toString(36).padStart(24, '0');
  return { ...made, headers: { ...made.headers, 'set-cookie': `ASP.NET_SessionId=${id}; path=/; HttpOnly` } };
}

function notAllowed(verb: string, name: string): Refusal {
  return new Refusal('MethodNotAllowed', `${verb} is not allowed on ${name}.`);
}
