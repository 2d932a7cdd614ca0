import { type Dispatcher, Pool } from 'undici';
import { type Answer, isGood, retryAfterOf, toApiError, toUnreachable } from './answer.ts';
import { ApiError } from './api-error.ts';
import { type Clock, sleep } from './clock.ts';
import type { ClusterAccess } from './kubeconfig.ts';
import { secondsUntilRetry } from './retry.ts';

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly contentType?: string;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** For all tries together; 30 if absent. */
  readonly deadlineSeconds?: number | undefined;
}

export interface HttpTry {
  readonly method: string;
  readonly host: string;
  /** The HTTP status, or `<error>` when no answer came. */
  readonly code: string;
  readonly seconds: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
}

/** Told about every try, for metrics. */
export interface HttpObserver {
  tried(one: HttpTry): void;
  retried(one: Pick<HttpTry, 'method' | 'host' | 'code'>): void;
}

export interface TransportOptions {
  readonly userAgent: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly observer?: HttpObserver | undefined;
}

/** HTTP to one API server: kept connections, credentials, deadlines, and the few repeats of retry.ts. */
export class Transport {
  readonly #access: ClusterAccess;
  readonly #options: TransportOptions;
  readonly #requests: Pool;
  /** A watch holds its connection for minutes. In a pool of their own, watches never keep a write waiting. */
  readonly #watches: Pool;

  constructor(access: ClusterAccess, options: TransportOptions) {
    this.#access = access;
    this.#options = options;
    const connect = { ...access.tls, timeout: 5_000, keepAlive: true, keepAliveInitialDelay: 30_000 };
    const common = { connect, allowH2: false, headersTimeout: 30_000, keepAliveTimeout: 60_000 };
    this.#requests = new Pool(access.server.origin, { ...common, bodyTimeout: 30_000, connections: 32 });
    this.#watches = new Pool(access.server.origin, { ...common, bodyTimeout: 0 });
  }

  /** The body of a 2xx answer. Throws ApiError, or the signal's reason when the caller gave up. */
  async text(call: Call): Promise<string> {
    const { clock, random, observer } = this.#options;
    const deadlineSeconds = call.deadlineSeconds ?? 30;
    const due = clock.monotonic() + deadlineSeconds;
    const deadline = AbortSignal.timeout(deadlineSeconds * 1000);
    const signal = call.signal === undefined ? deadline : AbortSignal.any([deadline, call.signal]);
    for (let tries = 1; ; tries++) {
      const outcome = await this.#try(call, signal);
      if (!(outcome instanceof ApiError)) return outcome.text;
      call.signal?.throwIfAborted();
      const wait = secondsUntilRetry(outcome, {
        method: call.method,
        tries,
        secondsLeft: due - clock.monotonic(),
        random: random(),
      });
      if (wait === undefined) throw outcome;
      if (outcome.status === 401) this.#access.forgetCredentials();
      observer?.retried({ method: call.method, host: this.#access.server.host, code: codeOf(outcome.status) });
      await sleep(clock, wait, signal);
    }
  }

  /** The body of a watch, from the moment the server agreed to it. It ends when the server or the signal ends it. */
  async stream(call: Call & { readonly signal: AbortSignal }): Promise<AsyncIterable<Uint8Array>> {
    const began = this.#options.clock.monotonic();
    const response = await this.#send(this.#watches, call, call.signal).catch(error =>
      toUnreachable(error, nameOf(call)),
    );
    if (!(response instanceof ApiError) && response.statusCode === 200) {
      this.#observe(call, began, 200, 0);
      return response.body;
    }
    const refusal = response instanceof ApiError ? response : toApiError(await read(response));
    this.#observe(call, began, refusal.status, 0);
    call.signal.throwIfAborted();
    if (refusal.status === 401) this.#access.forgetCredentials();
    throw refusal;
  }

  /** Ends kept connections, watches included. */
  async close(): Promise<void> {
    await Promise.all([this.#requests.destroy(), this.#watches.destroy()]);
  }

  /** One try. A failure is returned, not thrown: whether it is one is decided by the caller. */
  async #try(call: Call, signal: AbortSignal): Promise<Answer | ApiError> {
    const began = this.#options.clock.monotonic();
    try {
      const answer = await read(await this.#send(this.#requests, call, signal));
      this.#observe(call, began, answer.status, Buffer.byteLength(answer.text));
      return isGood(answer) ? answer : toApiError(answer);
    } catch (error) {
      this.#observe(call, began, 0, 0);
      return toUnreachable(error, nameOf(call));
    }
  }

  async #send(pool: Pool, call: Call, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const { method, body } = call;
    const headers = {
      ...(await this.#access.credentials()),
      accept: 'application/json',
      'user-agent': this.#options.userAgent,
      ...(body === undefined ? {} : { 'content-type': call.contentType ?? 'application/json' }),
    };
    const path = this.#access.server.pathname.replace(/\/$/, '') + call.path + queryOf(call);
    return await pool.request({ method, path, headers, body: encode(body), signal });
  }

  #observe(call: Call, began: number, status: number, responseBytes: number): void {
    const { clock, observer } = this.#options;
    const requestBytes = Buffer.byteLength(encode(call.body) ?? '');
    const { host } = this.#access.server;
    const seconds = clock.monotonic() - began;
    observer?.tried({ method: call.method, host, code: codeOf(status), seconds, requestBytes, responseBytes });
  }
}

const nameOf = ({ method, path }: Call): string => `${method} ${path}`;
const codeOf = (status: number): string => (status === 0 ? '<error>' : String(status));
const encode = (body: unknown): string | null => (body === undefined ? null : JSON.stringify(body));

async function read({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<Answer> {
  return { status: statusCode, retryAfterSeconds: retryAfterOf(headers['retry-after']), text: await body.text() };
}

function queryOf({ query = {} }: Call): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, String(value));
  return given.size === 0 ? '' : `?${given.toString()}`;
}
