/** OAuth 1.0a with HMAC-SHA256, as Magento 2.4.4 and later demand it of an integration. */
import { createHmac } from 'node:crypto';

/** Query parameters as names and values, not yet encoded. */
export type Query = readonly (readonly [name: string, value: string])[];

export interface OAuthKeys {
  consumerKey: string;
  consumerSecret: string;
  accessToken: string;
  accessTokenSecret: string;
}

/** RFC 3986: everything but letters, digits and `-._~`. The one escaping function for Magento's paths and queries. */
export function percentEncoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The `Authorization` header of one request; a nonce serves once, so a repetition is signed anew. */
export function oauthHeader(
  request: { method: string; address: string; query: Query },
  keys: OAuthKeys,
  once: { nonce: string; timestamp: number },
): string {
  const oauth: Query = [
    ['oauth_consumer_key', keys.consumerKey],
    ['oauth_nonce', once.nonce],
    ['oauth_signature_method', 'HMAC-SHA256'],
    ['oauth_timestamp', String(once.timestamp)],
    ['oauth_token', keys.accessToken],
    ['oauth_version', '1.0'],
  ];
  const parameters = [...oauth, ...request.query]
    .map(([name, value]) => [percentEncoded(name), percentEncoded(value)] as const)
    .sort(([a, x], [b, y]) => order(a, b) || order(x, y))
    .map(([name, value]) => `${name}=${value}`);
  const base = [request.method, request.address, parameters.join('&')].map(percentEncoded).join('&');
  const key = `${percentEncoded(keys.consumerSecret)}&${percentEncoded(keys.accessTokenSecret)}`;
  const signature = createHmac('sha256', key).update(base).digest('base64');
  return `OAuth ${[...oauth, ['oauth_signature', signature] as const]
    .map(([name, value]) => `${name}="${percentEncoded(value)}"`)
    .join(',')}`;
}

/** By code unit: everything compared here is ASCII. */
function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
