/** The shop's REST door: finds the route, checks who asks, answers. Not here: XML, SOAP, GraphQL, asynchronous and bulk calls. */
import { type Answer, type Heard, jsonAnswer } from '../../../test/servers/exchange.ts';
import type { System } from '../../../test/servers/system.ts';
import { authorize } from './authentication.ts';
import { onlyFields } from './partial-response.ts';
import { parseQuery } from './query.ts';
import { noRoute, Refusal } from './refusal.ts';
import { type Route, routes } from './routes.ts';
import type { Shop } from './shop.ts';

/** Told to everybody by every shop. */
const version = 'Magento/2.4 (Community)';

export function magento(shop: Shop): System {
  return {
    name: 'magento',
    answer: request => answer(shop, request),
    refuse,
    collections: shop.collections,
    secrets: Object.values(shop.settings.credentials),
    reset: () => shop.reset(),
  };
}

function answer(shop: Shop, request: Heard): Answer {
  if (request.path === '/magento_version')
    return { status: 200, headers: { 'content-type': 'text/html' }, body: version };
  try {
    const { route, parameters } = matched(shop, request);
    authorize(shop, request, route.resource);
    acceptable(request);
    const told = route.tell({ shop, request, parameters });
    return jsonAnswer(200, partial(request, told.value), {
      records: told.records ?? 1,
      applied: told.applied ?? false,
    });
  } catch (error) {
    if (error instanceof Refusal) return error.answer();
    throw error;
  }
}

/** `/rest/<store>/V1/…` or `/rest/V1/…`; a first segment that is no store makes the route unknown. */
function matched(shop: Shop, request: Heard): { route: Route; parameters: string[] } {
  const [empty, rest, ...segments] = request.path.replace(/\/+$/, '').split('/');
  if (empty !== '' || rest !== 'rest') throw noRoute();
  if (segments[0] !== 'V1' && shop.hasStore(segments[0] ?? '')) segments.shift();
  if (segments.shift() !== 'V1') throw noRoute();
  for (const route of routes) {
    const parameters = route.method === request.method ? parametersOf(route, segments) : null;
    if (parameters) return { route, parameters };
  }
  throw noRoute();
}

function parametersOf({ path }: Route, segments: readonly string[]): string[] | null {
  if (path.length !== segments.length) return null;
  const parameters: string[] = [];
  for (const [place, step] of path.entries()) {
    const segment = segments[place] ?? '';
    if (step.startsWith(':')) parameters.push(decoded(segment));
    else if (step !== segment) return null;
  }
  return parameters;
}

function acceptable({ method, headers }: Heard): void {
  const { accept = '*/*', 'content-type': type } = headers;
  if (!/json|\*\/\*/i.test(accept)) {
    const words =
      'Server cannot match any of the given Accept HTTP header media type(s) from the request: "%1" with media types from the config of response renderer.';
    throw new Refusal(406, words, [accept]);
  }
  if (method === 'GET' || method === 'DELETE') return;
  if (!type) throw new Refusal(400, 'Content-Type header is empty.');
  if (!/^application\/json\b/i.test(type)) {
    throw new Refusal(400, 'Server cannot understand Content-Type HTTP header media type %1', [type]);
  }
}

function partial(request: Heard, value: unknown): unknown {
  if (!request.query.includes('fields=')) return value;
  const fields = parseQuery(request.query).get('fields');
  return typeof fields === 'string' && fields !== '' ? onlyFields(value, fields) : value;
}

/** 429 is the body of the backpressure feature; other statuses come from what stands in front of a shop or is masked by it. */
function refuse(status: number): Answer {
  const words: Record<number, string> = {
    401: "The consumer isn't authorized to access %resources.",
    404: 'Request does not match any route.',
    429: 'Too Many Requests',
    500: 'Internal Error. Details are available in Magento log file. Report ID: webapi-0000000000000',
    503: 'Service Temporarily Unavailable',
  };
  const message = words[status] ?? `HTTP ${status}`;
  return jsonAnswer(status, status === 429 ? { message, trace: null } : { message });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
