/** One exchange with Magento against Adobe's OpenAPI. */
import type { JournalEntry } from '../servers/journal.ts';
import { isFingerprint } from './fingerprint.ts';
import { type Fit, MagentoOpenApi, type Operation, type Parameter } from './magento-openapi.ts';
import { answer, type Finding, request } from './problem.ts';

let description: MagentoOpenApi | null = null;

const conditions = new Set('eq neq gt gteq lt lteq like nlike in nin finset nfinset null notnull from to'.split(' '));

export function checkMagento(entry: JournalEntry): Finding[] {
  description ??= new MagentoOpenApi();
  const [path = '', query = ''] = entry.url.split(/\?(.*)/s);
  if (path === '/magento_version') return [];
  const below = /^\/rest(?:\/[^/]+)?(\/V1\/.*)$/.exec(path)?.[1];
  const fit = below === undefined ? null : description.fit(below.replace(/\/+$/, ''));
  const operation = fit?.verbs[entry.method.toLowerCase()] ?? null;
  return [
    ...(fit && operation ? checkRequest(description, entry, query, fit, operation) : [unknown(entry, path, fit)]),
    ...(entry.fault === null ? checkAnswer(description, entry, query, operation) : []),
  ];
}

function unknown({ method }: JournalEntry, path: string, fit: Fit | null): Finding {
  return request(fit ? `${method} is no verb of ${path}` : `there is no path ${path}`);
}

function checkRequest(
  openApi: MagentoOpenApi,
  entry: JournalEntry,
  query: string,
  fit: Fit,
  operation: Operation,
): Finding[] {
  const parameters = operation.parameters ?? [];
  const inPath = parameters.filter(({ in: place }) => place === 'path');
  const wrong = inPath.filter(({ name, type }) => type === 'integer' && !/^\d+$/.test(fit.values.get(name) ?? ''));
  return [
    ...wrong.map(({ name }) => request(`${name} in the path is no integer`)),
    ...checkQuery(parameters, query),
    ...checkBody(openApi, parameters, entry),
  ];
}

/** Adobe lists the parameters of a search for the index 0 and in camel case; any index and snake case are meant too. */
function checkQuery(parameters: readonly Parameter[], query: string): Finding[] {
  const known = new Map(parameters.filter(({ in: place }) => place === 'query').map(one => [one.name, one]));
  const isSearch = known.has('searchCriteria[pageSize]');
  return [...new URLSearchParams(query)].flatMap(([name, value]) => {
    const plain = name.replace(/\[\d*\]/g, '[0]').replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    if (plain === 'fields' || (isSearch && plain === 'searchCriteria')) return [];
    const parameter = known.get(plain) ?? known.get(plain.replace(/\[0\]$/, ''));
    if (!parameter) return [request(`there is no query parameter ${name}`)];
    if (parameter.type === 'integer' && !/^\d+$/.test(value)) return [request(`${name} is no integer: ${value}`)];
    if (plain.endsWith('[conditionType]') && !conditions.has(value))
      return [request(`${value} is no documented condition`)];
    if (plain.endsWith('[direction]') && !/^(ASC|DESC)$/i.test(value)) return [request(`${value} is no direction`)];
    return [];
  });
}

function checkBody(openApi: MagentoOpenApi, parameters: readonly Parameter[], { body }: JournalEntry): Finding[] {
  const schema = parameters.find(({ in: place }) => place === 'body')?.schema;
  if (isFingerprint(body)) return [];
  if (!schema) return body === null ? [] : [request('a body is sent where none is taken')];
  return openApi
    .errors({ ...schema, type: 'object' }, 'request', snakeCase(body))
    .map(({ message }) => request(message));
}

function snakeCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeCase);
  if (typeof value !== 'object' || value === null) return value;
  const snake = (name: string) => name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name === 'passwordHash' ? name : snake(name), snakeCase(inner)]),
  );
}

const errorSchema = { $ref: '#/definitions/error-response' };

function checkAnswer(
  openApi: MagentoOpenApi,
  entry: JournalEntry,
  query: string,
  operation: Operation | null,
): Finding[] {
  const { status } = entry;
  if (status === null || isFingerprint(entry.answer)) return [];
  if (status >= 400) return openApi.errors(errorSchema, 'answer', entry.answer).map(({ message }) => answer(message));
  const schema = operation?.responses[status]?.schema;
  if (!schema) return [answer(`status ${status} is not described`)];
  const partial = new URLSearchParams(query).has('fields');
  if (partial && Array.isArray(entry.answer) && entry.answer.length === 0) return [];
  const errors = openApi.errors(schema, 'answer', entry.answer);
  return errors.filter(({ keyword }) => !partial || keyword !== 'required').map(({ message }) => answer(message));
}
