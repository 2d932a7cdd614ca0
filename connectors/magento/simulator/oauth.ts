/** OAuth 1.0a with HMAC-SHA256, verified in the order in which the shop's framework does it. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Heard } from '../../../test/servers/exchange.ts';
import { inputRefusal, Refusal, requiredField } from './refusal.ts';
import type { Shop } from './shop.ts';

type Parameters = Map<string, string>;

const required = [
  'oauth_consumer_key',
  'oauth_signature',
  'oauth_signature_method',
  'oauth_nonce',
  'oauth_timestamp',
  'oauth_token',
];

/** How far ahead of the shop's clock a timestamp may be; one that is old is no problem. */
const aheadSeconds = 600;

/** Throws the shop's refusal; statuses are those of Adobe's table of OAuth errors. */
export function verifyOauth(shop: Shop, request: Heard, authorization: string): void {
  const parameters = headerParameters(authorization);
  const value = (name: string) => parameters.get(name) ?? '';
  const { credentials } = shop.settings;
  const version = parameters.get('oauth_version');
  if (version !== undefined && version !== '1.0')
    throw new Refusal(400, `The "%1" Oauth version isn't supported.`, [version]);
  const missing = required.filter(name => !parameters.has(name));
  if (missing.length > 0) throw inputRefusal(missing.map(requiredField));
  const method = value('oauth_signature_method');
  if (method !== 'HMAC-SHA256') throw new Refusal(400, 'Signature method %1 is not supported', [method]);
  if (value('oauth_consumer_key') !== credentials.consumerKey) {
    throw new Refusal(401, 'A consumer having the specified key does not exist');
  }
  verifyNonce(shop, value('oauth_nonce'), Number(value('oauth_timestamp')));
  if (value('oauth_token') !== credentials.accessToken) throw new Refusal(401, 'Specified token does not exist');
  const base = baseString(request.method, requestUrl(request), withQuery(parameters, request.query));
  if (!equal(signature(base, credentials.consumerSecret, credentials.accessTokenSecret), value('oauth_signature'))) {
    throw new Refusal(401, 'The signature is invalid. Verify and try again.');
  }
}

/** The base string; `url` without query, parameters decoded and without the signature. */
export function baseString(method: string, url: string, parameters: Iterable<[string, string]>): string {
  const pairs = [...parameters].map(([name, value]): [string, string] => [encoded(name), encoded(value)]);
  pairs.sort(([a], [b]) => (a < b ? -1 : 1));
  const joined = pairs.map(([name, value]) => `${name}=${value}`).join('&');
  return [method, encoded(url), encoded(joined)].join('&');
}

export function signature(base: string, consumerSecret: string, tokenSecret: string): string {
  return createHmac('sha256', `${encoded(consumerSecret)}&${encoded(tokenSecret)}`)
    .update(base)
    .digest('base64');
}

function verifyNonce(shop: Shop, nonce: string, timestamp: number): void {
  const now = shop.clock.now().getTime() / 1000;
  if (!(timestamp > 0) || timestamp > now + aheadSeconds) {
    throw new Refusal(400, 'The timestamp value in the oauth_timestamp parameter is invalid.');
  }
  if (!shop.nonces.use(nonce))
    throw new Refusal(401, 'The nonce is already being used by the consumer with ID %1.', [1]);
}

function headerParameters(authorization: string): Parameters {
  const parameters: Parameters = new Map();
  for (const part of authorization.replace(/^OAuth\s+/i, '').split(',')) {
    const [name = '', value] = part.trim().split(/=(.*)/s);
    if (value !== undefined && /^oauth_[a-z_-]+$/.test(name))
      parameters.set(name, decoded(value.replace(/^"|"$/g, '')));
  }
  return parameters;
}

/** As the framework collects them: raw decoding, where `+` stays a plus; a pair needs exactly one `=`; the last of equal names wins. */
function withQuery(parameters: Parameters, query: string): Parameters {
  const all = new Map(parameters);
  all.delete('oauth_signature');
  for (const pair of query.split('&')) {
    const [name, value, ...more] = pair.split('=');
    if (!name || value === undefined || more.length > 0 || name.startsWith('oauth_')) continue;
    all.set(decoded(name), decoded(value));
  }
  return all;
}

/** The address as the server sees it: a proxy in front tells the scheme. */
function requestUrl(request: Heard): string {
  const forwarded = request.headers['x-forwarded-proto'];
  const scheme = typeof forwarded === 'string' ? forwarded : request.scheme;
  const standard = scheme === 'https' ? ':443' : ':80';
  const host = (request.headers.host ?? '').toLowerCase();
  return `${scheme}://${host.endsWith(standard) ? host.slice(0, -standard.length) : host}${request.path}`;
}

function equal(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** RFC 3986: everything but letters, digits and -._~ */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, letter => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
