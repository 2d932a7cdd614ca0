/** Asking Magento's REST interface: authentication, search criteria, and what its refusals mean. */
import { randomUUID } from 'node:crypto';
import type { Access, HttpAnswer } from '../contract.ts';
import { ConfigError, TransientError } from '../errors.ts';
import { type OAuthKeys, oauthHeader, percentEncoded, type Query } from './oauth.ts';

/** A page may take a small shop long: the search reads every attribute and address. */
const pageDeadlineMs = 120_000;

export interface Filter {
  field: string;
  condition: 'eq' | 'gt' | 'gteq' | 'lteq' | 'in';
  value: string;
}

/** One read of a list. Filters are all to be true; order is ascending. Always the first page: the reader moves the filter on. */
export interface Search {
  filters: readonly Filter[];
  sort: readonly string[];
  pageSize: number;
}

export interface Client {
  /** GET below `/rest/all/V1/`. `resource` is the right it needs, for the message when it is missing. */
  get(path: string, resource: string, query: Query, signal: AbortSignal): Promise<HttpAnswer>;
}

export function openClient(url: string, secrets: Record<string, string>, access: Access): Client {
  const root = `${url.replace(/\/+$/, '')}/rest/all/V1/`;
  const login = openLogin(secrets, access.surroundings.now);
  let isKnown = false;

  async function ask(path: string, query: Query, signal: AbortSignal): Promise<HttpAnswer> {
    const address = new URL(root + path);
    const text = query.map(([name, value]) => `${percentEncoded(name)}=${percentEncoded(value)}`).join('&');
    const answer = await access.http.request(
      {
        method: 'GET',
        url: new URL(text === '' ? address.href : `${address.href}?${text}`),
        headers: () => ({ authorization: login.authorization('GET', address, query) }),
        repeatable: true,
        repeatIf: answer => answer.status === 500 || login.learnsTime(answer),
        deadlineMs: pageDeadlineMs,
      },
      signal,
    );
    isKnown ||= answer.status === 200;
    return answer;
  }

  /** Magento gives an unknown bearer token and a missing right the same answer; only another right tells them apart. */
  async function isRightMissing(answer: HttpAnswer, signal: AbortSignal): Promise<boolean> {
    if (!namesResources(answer)) return false;
    if (login.isSigned || isKnown) return true;
    for (const path of ['store/websites', 'attributeMetadata/customer']) {
      if ((await ask(path, [], signal)).status === 200) return true;
    }
    return false;
  }

  return {
    async get(path, resource, query, signal) {
      const answer = await ask(path, query, signal);
      if (answer.status === 200) return answer;
      if (answer.status === 401 && (await isRightMissing(answer, signal))) throw rightMissing(path, resource);
      throw refusal(path, resource, answer);
    },
  };
}

interface Login {
  /** Each request is signed; otherwise the access token is sent as it is. */
  isSigned: boolean;
  authorization(method: string, address: URL, query: Query): string;
  /** Whether this answer showed that our clock is far ahead of the shop's, which refuses signatures from the future. */
  learnsTime(answer: HttpAnswer): boolean;
}

const clocksDifferMs = 300_000;

/** All four values sign each request; the access token alone is a bearer token, which a shop must have allowed. */
function openLogin(secrets: Record<string, string>, now: () => Date): Login {
  const given = (key: keyof OAuthKeys) => secrets[key]?.trim() ?? '';
  const keys: OAuthKeys = {
    consumerKey: given('consumerKey'),
    consumerSecret: given('consumerSecret'),
    accessToken: given('accessToken'),
    accessTokenSecret: given('accessTokenSecret'),
  };
  const missing = Object.entries(keys).flatMap(([key, text]) => (text === '' ? [key] : []));
  if (keys.accessToken === '' || (missing.length > 0 && missing.length < 3)) {
    throw new ConfigError(
      'SecretKeyMissing',
      `the Secret lacks ${missing.join(', ')}; Magento needs all four values of the integration, or accessToken alone`,
    );
  }
  let aheadMs = 0;
  return {
    isSigned: missing.length === 0,
    authorization(method, { origin, pathname }, query) {
      if (missing.length > 0) return `Bearer ${keys.accessToken}`;
      const timestamp = Math.floor((now().getTime() - aheadMs) / 1000);
      return oauthHeader({ method, address: origin + pathname, query }, keys, { nonce: randomUUID(), timestamp });
    },
    learnsTime({ status, headers }) {
      const gap = now().getTime() - Date.parse(headers.date ?? '');
      if (status !== 400 || !(gap > clocksDifferMs) || Math.abs(gap - aheadMs) < clocksDifferMs) return false;
      aheadMs = gap;
      return true;
    },
  };
}

/** `searchCriteria` as Magento wants it; each filter is a group of its own, because groups are joined by AND. */
export function criteria(search: Search): Query {
  const query: (readonly [string, string])[] = [];
  for (const [group, { field, condition, value }] of search.filters.entries()) {
    const name = `searchCriteria[filter_groups][${group}][filters][0]`;
    query.push([`${name}[field]`, field], [`${name}[value]`, value], [`${name}[condition_type]`, condition]);
  }
  for (const [place, field] of search.sort.entries()) {
    const name = `searchCriteria[sortOrders][${place}]`;
    query.push([`${name}[field]`, field], [`${name}[direction]`, 'ASC']);
  }
  query.push(['searchCriteria[pageSize]', String(search.pageSize)], ['searchCriteria[currentPage]', '1']);
  return query;
}

function rightMissing(path: string, resource: string): ConfigError {
  return new ConfigError(
    'Forbidden',
    `the integration lacks the right ${resource}, which ${path} needs; grant it in System > Extensions > Integrations > API and authorize again`,
  );
}

function refusal(path: string, resource: string, { status, body }: HttpAnswer): ConfigError | TransientError {
  if (status === 401) {
    return new ConfigError(
      'CredentialsRefused',
      'Magento refused the credentials (401): the values of the integration are wrong or it was revoked, or an access token alone is not allowed by the shop, or it has none of the rights',
    );
  }
  if (status === 403)
    return new ConfigError('Forbidden', `Magento refused ${path} (403); it needs the right ${resource}`);
  if (status >= 500) {
    return new TransientError('Intermittent', `Magento answered ${path} with ${status}`, { applied: 'unknown' });
  }
  // "No such entity" on a list: one of its rows is broken on the server, the address is right.
  if (status === 404 && 'fieldName' in asObject(asObject(body).parameters)) {
    return new TransientError('Intermittent', `Magento cannot read ${path}: a row refers to something missing (404)`, {
      applied: 'no',
    });
  }
  if (status === 400) {
    return new ConfigError(
      'InvalidConfiguration',
      `Magento refused how ${path} is asked (400); a limit of the page size below 100 in the shop's Web API settings does that`,
    );
  }
  return new ConfigError(
    'InvalidConfiguration',
    `Magento answered ${path} with ${status}; check that the connection's url is the base URL of a Magento 2.4 shop`,
  );
}

function namesResources({ body }: HttpAnswer): boolean {
  return 'resources' in asObject(asObject(body).parameters);
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
