/**
 * One HTTP client for all connectors, over undici. What it adds to sending: deadlines, limits of size and depth, allowed hosts and
 * routes, bounded repetition, and errors that say who must act. No message holds a body, a header or a query.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import PQueue from 'p-queue';
import { type Dispatcher, errors, Pool } from 'undici';
import type { HttpAnswer, HttpClient, HttpRequest, Surroundings } from './contract.ts';
import { ConfigError, TransientError } from './errors.ts';
import { parseJson } from './json.ts';
import { checkAllowedHost, codeOf, connectorFor, NotConnected, parseAllowedHosts } from './network.ts';
import { retryAfterSeconds } from './retry-after.ts';

const headersTimeoutMs = 30_000;
const defaultDeadlineMs = 60_000;
const answerLimitBytes = 32 * 1024 * 1024;
const mostTries = 3;
const firstPauseSeconds = 0.5;
const longestWaitSeconds = 15 * 60;

export interface HttpOptions {
  /** The Secret that the credentials come from; it is only named in messages. */
  secretName: string;
  /** Text of its key `allowedHosts`. */
  allowedHosts: string | undefined;
  surroundings: Surroundings;
  /** Requests at the same time. */
  concurrent: number;
}

/** An answer as it came. `unreadable` = there was a body and it is no JSON; then `body` is undefined. */
interface RawAnswer extends HttpAnswer {
  unreadable: boolean;
}

export function openHttp(options: HttpOptions): HttpClient {
  const { surroundings, concurrent } = options;
  const wait = surroundings.sleep ?? ((ms, signal) => sleep(ms, undefined, { signal }));
  const queue = new PQueue({ concurrency: concurrent });
  const dispatcherFor = openDispatchers(options);
  const counts: Record<string, number> = {};
  const count = (answer: number | 'error') => {
    counts[answer] = (counts[answer] ?? 0) + 1;
  };
  let quietUntil = 0;

  async function pause(request: HttpRequest, seconds: number, signal: AbortSignal): Promise<void> {
    await wait(seconds * 1000, signal).catch(() => {
      throw stopped(request, 'no');
    });
  }

  /** One try. It keeps the pause that the server asked another request of this client to make. */
  async function attempt(request: HttpRequest, signal: AbortSignal): Promise<RawAnswer | TransientError> {
    const quiet = quietUntil - performance.now();
    if (quiet > 0) await pause(request, quiet / 1000, signal);
    if (signal.aborted) throw stopped(request, 'no');
    const deadlineMs = surroundings.requestDeadlineMs ?? request.deadlineMs ?? defaultDeadlineMs;
    try {
      const answer = await send(dispatcherFor(request.url), request, deadlineMs, signal);
      count(answer.status);
      return answer;
    } catch (error) {
      if (error instanceof ConfigError || signal.aborted) throw error;
      count('error');
      if (error instanceof TransientError) return error;
      throw error;
    }
  }

  async function request(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    let waited = 0;
    for (let tries = 1; ; tries++) {
      const outcome = await queue.add(() => attempt(request, signal));
      if (!mayRepeat(request, outcome)) return accepted(request, outcome, surroundings.now());
      const asked = outcome instanceof TransientError ? null : askedPause(outcome, surroundings.now());
      const tooLong = waited + (asked ?? 0) > longestWaitSeconds;
      if (tries === mostTries || tooLong) return accepted(request, outcome, surroundings.now(), tooLong);
      const seconds = asked ?? firstPauseSeconds * 2 ** (tries - 1) * (1 + surroundings.random());
      if (asked !== null) quietUntil = Math.max(quietUntil, performance.now() + asked * 1000);
      waited += seconds;
      await pause(request, seconds, signal);
    }
  }

  return {
    request,
    requests: () => ({ ...counts }),
    close: () => dispatcherFor.close(),
  };
}

/** One pool of connections per origin; each origin is checked before the first request to it. */
function openDispatchers({ surroundings, secretName, allowedHosts, concurrent }: HttpOptions) {
  const allowed = allowedHosts === undefined ? undefined : parseAllowedHosts(allowedHosts);
  const opened = new Map<string, Dispatcher>();
  const pools: Pool[] = [];

  function open(url: URL): Dispatcher {
    if (url.username !== '' || url.password !== '') {
      throw new ConfigError('InvalidConfiguration', `the URL for ${url.host} holds a user name; remove it`);
    }
    checkAllowedHost(url, allowed, secretName);
    if (surroundings.dispatcher) return surroundings.dispatcher;
    const pool = new Pool(url.origin, {
      connections: concurrent,
      allowH2: false,
      maxResponseSize: answerLimitBytes,
      connect: connectorFor(url, surroundings),
    });
    pools.push(pool);
    return pool;
  }

  function dispatcherFor(url: URL): Dispatcher {
    const known = opened.get(url.origin);
    if (known && url.username === '') return known;
    const made = open(url);
    opened.set(url.origin, made);
    return made;
  }

  dispatcherFor.close = async () => {
    await Promise.all(pools.map(pool => pool.destroy()));
  };
  return dispatcherFor;
}

async function send(
  dispatcher: Dispatcher,
  request: HttpRequest,
  deadlineMs: number,
  signal: AbortSignal,
): Promise<RawAnswer> {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timer = setTimeout(abort, deadlineMs);
  signal.addEventListener('abort', abort, { once: true });
  try {
    const { statusCode, headers, body } = await dispatcher.request({
      origin: request.url.origin,
      path: request.url.pathname + request.url.search,
      method: request.method,
      headers: { accept: 'application/json', 'user-agent': 'supercargo', ...request.headers?.() },
      body: request.body ?? null,
      signal: controller.signal,
      headersTimeout: request.deadlineMs ?? headersTimeoutMs,
      bodyTimeout: 0,
    });
    const bytes = Buffer.from(await body.arrayBuffer());
    const value = bytes.length > 0 ? parseJson(bytes) : undefined;
    return {
      status: statusCode,
      headers: flat(headers),
      body: value,
      unreadable: bytes.length > 0 && value === undefined,
    };
  } catch (error) {
    if (signal.aborted) throw stopped(request, 'unknown');
    if (controller.signal.aborted) {
      throw down(request, `no complete answer within ${deadlineMs / 1000} s`, 'unknown');
    }
    throw failure(request, error);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

/** Several headers of one name are joined by a comma, cookies by a line break. */
function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    result[name] = Array.isArray(value) ? value.join(name === 'set-cookie' ? '\n' : ', ') : value;
  }
  return result;
}

const busy = new Set([429, 502, 503, 504]);

/** A request goes out again only if it certainly had no effect, or if a second time does no harm. */
function mayRepeat(request: HttpRequest, outcome: RawAnswer | TransientError): boolean {
  if (outcome instanceof TransientError) {
    return outcome.code === 'ConnectionDown' && (outcome.applied === 'no' || request.repeatable);
  }
  if (!request.repeatable) return false;
  return busy.has(outcome.status) || isCutOff(outcome) || request.repeatIf?.(outcome) === true;
}

/** A body that says it is JSON and ends in the middle. */
function isCutOff(answer: RawAnswer): boolean {
  return answer.unreadable && contentType(answer).endsWith('json');
}

function contentType(answer: HttpAnswer): string {
  const type = answer.headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
  return /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : 'no content type';
}

/** What the server asks for; at least a second where it refuses for the number of requests and says nothing. */
function askedPause(answer: RawAnswer, now: Date): number | null {
  if (answer.status !== 429 && answer.status !== 503) return null;
  return retryAfterSeconds(answer.headers['retry-after'], now) ?? (answer.status === 429 ? 1 : null);
}

/** The last word on a request: its answer, or the error it stands for. */
function accepted(request: HttpRequest, outcome: RawAnswer | TransientError, now: Date, tooLong = false): HttpAnswer {
  if (outcome instanceof TransientError) throw outcome;
  const { status, headers, body, unreadable } = outcome;
  if (status === 429 || tooLong) {
    const seconds = askedPause(outcome, now) ?? 1;
    throw new TransientError('RateLimit', `${named(request)}: answered ${status}, asks to wait ${seconds} s`, {
      applied: 'no',
      retryAfterSeconds: seconds,
    });
  }
  if (status >= 300 && status < 400) throw redirected(request, outcome);
  // A refused log-in is one whatever page decorates it.
  if (unreadable && status !== 401) {
    throw new TransientError(
      'NotJson',
      `${named(request)}: answered ${status} with ${contentType(outcome)} that is no JSON; a proxy or a maintenance page, or the connection's URL is wrong`,
      { applied: 'unknown' },
    );
  }
  return { status, headers, body };
}

function named(request: HttpRequest): string {
  return `${request.method} ${request.url.host}`;
}

function redirected(request: HttpRequest, answer: HttpAnswer): ConfigError {
  const target = URL.parse(answer.headers.location ?? '', request.url.href);
  const where = target && target.origin !== 'null' ? ` to ${target.origin.slice(0, 200)}` : '';
  return new ConfigError(
    'InvalidConfiguration',
    `${named(request)}: answered ${answer.status} and redirects${where}; redirects are not followed, set the connection's url to the final address`,
  );
}

function stopped(request: HttpRequest, applied: 'no' | 'unknown'): TransientError {
  return new TransientError('Intermittent', `${named(request)}: stopped by the run`, { applied });
}

function down(request: HttpRequest, what: string, applied: 'no' | 'unknown'): TransientError {
  return new TransientError('ConnectionDown', `${named(request)}: ${what}`, { applied });
}

function failure(request: HttpRequest, error: unknown): unknown {
  if (error instanceof ConfigError) return error;
  if (error instanceof NotConnected) return down(request, `cannot connect (${error.code})`, 'no');
  if (error instanceof errors.ResponseExceededMaxSizeError) {
    const limit = `${answerLimitBytes / 1024 / 1024} MB`;
    return new TransientError('Intermittent', `${named(request)}: the answer is larger than ${limit}`, {
      applied: 'unknown',
    });
  }
  if (error instanceof errors.HeadersTimeoutError) return down(request, 'no answer in time', 'unknown');
  const code = codeOf(error);
  if (code === 'UND_ERR_INVALID_ARG') {
    return new ConfigError(
      'InvalidConfiguration',
      `${named(request)}: the request cannot be sent; check the connection's Secret for line breaks and control characters`,
    );
  }
  if (code === null) return error;
  return down(request, `the connection broke off (${code})`, 'unknown');
}
