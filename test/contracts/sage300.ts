/** One exchange with Sage 300 against its table of resources, verbs, keys and properties. */
import { parseAddress, type Target } from '../../connectors/sage300/simulator/address.ts';
import { parseKey } from '../../connectors/sage300/simulator/key.ts';
import { parseOptions } from '../../connectors/sage300/simulator/options.ts';
import { type Code, Refusal, statuses } from '../../connectors/sage300/simulator/refusal.ts';
import { resources } from '../../connectors/sage300/simulator/resource.ts';
import type { JournalEntry } from '../servers/journal.ts';
import { isFingerprint } from './fingerprint.ts';
import { answer, type Finding, request } from './problem.ts';
import { type Properties, sage300Properties } from './sage300-metadata.ts';
import { valueFindings } from './sage300-values.ts';

let metadata: Map<string, Properties> | null = null;

/** Verbs and keys of the Endpoint Reference, August 2022, section by section as the reference page has them. */
const verbs: Record<string, { verbs: string; key: string }> = {
  ARCustomers: { verbs: 'GET POST PUT PATCH DELETE', key: 'CustomerNumber' },
  ARShipToLocations: { verbs: 'GET POST PUT PATCH DELETE', key: 'CustomerNumber ShipToLocationKey' },
  ARCustomerGroups: { verbs: 'GET POST PUT PATCH DELETE', key: 'GroupCode' },
  ARTerms: { verbs: 'GET POST PUT PATCH DELETE', key: 'TermsCode' },
  TXTaxGroups: { verbs: 'GET', key: 'TaxGroupKey TransactionType' },
};

/** The smallest body Sage publishes has these; the group supplies the rest. */
const neededToCreate: Record<string, readonly string[]> = {
  ARCustomers: ['CustomerNumber', 'GroupCode'],
  ARShipToLocations: ['CustomerNumber', 'ShipToLocationKey'],
};

export function checkSage300(entry: JournalEntry): Finding[] {
  metadata ??= sage300Properties();
  const [path = '', query = ''] = entry.url.split(/\?(.*)/s);
  const company = path.split('/')[4] ?? '';
  const place = attempted(() => parseAddress(company, path));
  const found = place instanceof Refusal ? [request(place.message)] : [];
  if (!/^[A-Z0-9]{1,6}$/.test(company)) found.push(request(`${company} is no company`));
  const target = place instanceof Refusal || place.metadata ? null : place;
  if (target) found.push(...checkRequest(metadata, entry, query, target));
  if (entry.fault === null) found.push(...checkAnswer(metadata, entry, query, target));
  return found;
}

function checkRequest(
  all: Map<string, Properties>,
  entry: JournalEntry,
  query: string,
  { resource, key }: Target,
): Finding[] {
  const { method, body } = entry;
  const known = verbs[resource.name];
  const found: Finding[] = [];
  if (!known?.verbs.split(' ').includes(method)) found.push(request(`${method} is no verb of ${resource.name}`));
  if (key === null && !['GET', 'POST'].includes(method)) found.push(request(`${method} needs a key`));
  if (key !== null && !(method === 'POST' && key === "'$template'"))
    found.push(...refusals(() => parseKey(resource, key)));
  if (method === 'GET' && key === null) found.push(...refusals(() => parseOptions(resource, query)));
  if (!['POST', 'PUT', 'PATCH'].includes(method) || isFingerprint(body) || key === "'$template'") return found;
  const types = all.get(resource.name) ?? new Map();
  found.push(...valueFindings(body, types, resource.properties, 'the body').map(request));
  const needed = method === 'POST' ? (neededToCreate[resource.name] ?? []) : [];
  const missing = needed.filter(name => !(typeof body === 'object' && body !== null && name in body));
  return [...found, ...missing.map(name => request(`${name} is missing`))];
}

function checkAnswer(
  all: Map<string, Properties>,
  entry: JournalEntry,
  query: string,
  target: Target | null,
): Finding[] {
  const { method, status, answer: body } = entry;
  if (status === null || isFingerprint(body)) return [];
  if (status >= 400) return errorFindings(status, body).map(answer);
  if (!target) return typeof body === 'string' && body.includes('Version="4.0"') ? [] : [answer('this is no metadata')];
  if (method !== 'GET' && method !== 'POST') {
    return body === null && (status === 200 || status === 204) ? [] : [answer(`${status} with a body after ${method}`)];
  }
  if (method === 'POST' && status !== 201 && target.key === null) return [answer(`${status} after POST`)];
  return entityFindings(all, query, target, method, body).map(answer);
}

function entityFindings(
  all: Map<string, Properties>,
  query: string,
  target: Target,
  method: string,
  body: unknown,
): string[] {
  const { resource, key } = target;
  const types = all.get(resource.name) ?? new Map();
  const selects = new URLSearchParams(query).has('$select');
  const needed = selects ? [] : (verbs[resource.name]?.key.split(' ') ?? []);
  const one = (entity: unknown) => [
    ...valueFindings(entity, types, resource.properties, resource.name),
    ...needed
      .filter(name => typeof (entity as Record<string, unknown> | null)?.[name] !== 'string')
      .map(name => `${name} is missing`),
  ];
  if (key !== null || method === 'POST') return one(body);
  const { value, ...envelope } = (body ?? {}) as Record<string, unknown>;
  if (!Array.isArray(value)) return ['there is no list "value"'];
  const strange = Object.keys(envelope).filter(name => !/^@odata\.(context|count|nextLink)$/.test(name));
  return [...strange.map(name => `the envelope has ${name}`), ...value.flatMap(one)];
}

function errorFindings(status: number, body: unknown): string[] {
  const error = (body as { error?: { code?: unknown; message?: { lang?: unknown; value?: unknown } } } | null)?.error;
  if (typeof error?.message?.lang !== 'string' || typeof error.message.value !== 'string')
    return ['the error has no message'];
  if (!(String(error.code) in statuses)) return [`${error.code} is no error code`];
  const documented = (error.code as Code) === 'RecordNotFound' ? 404 : status;
  return status === documented ? [] : [`${error.code} comes with ${status}`];
}

function refusals(attempt: () => unknown): Finding[] {
  const result = attempted(attempt);
  return result instanceof Refusal ? [request(result.message)] : [];
}

function attempted<T>(attempt: () => T): T | Refusal {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** Resources that are simulated but not described here; a test keeps it empty. */
export const undescribed = resources.filter(({ name }) => !verbs[name]).map(({ name }) => name);
