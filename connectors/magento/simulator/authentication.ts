/** Who asks, and whether it may: OAuth, bearer token, permissions. Missing rights and missing credentials are told alike, with 401. */
import type { Heard } from '../../../test/servers/exchange.ts';
import { verifyOauth } from './oauth.ts';
import { notAuthorized } from './refusal.ts';
import type { Shop } from './shop.ts';

/** Throws unless the request may use the resource; null = open to everybody. */
export function authorize(shop: Shop, request: Heard, resource: string | null): void {
  if (resource === null) return;
  const { settings } = shop;
  const authorization = request.headers.authorization ?? '';
  if (/^OAuth\s/i.test(authorization)) verifyOauth(shop, request, authorization);
  else if (!isBearer(authorization, settings.credentials.accessToken) || !settings.bearer)
    throw notAuthorized(resource);
  if (settings.permissions && !settings.permissions.includes(resource)) throw notAuthorized(resource);
}

function isBearer(authorization: string, token: string): boolean {
  const [scheme, given] = authorization.split(/\s+(.*)/s);
  return scheme?.toLowerCase() === 'bearer' && given === token;
}
