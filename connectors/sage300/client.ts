/** Asking the Sage 300 Web API: log-in, session, and what its error codes mean. */
import type { Access, HttpAnswer, HttpRequest } from '../contract.ts';
import { ConfigError, RecordError, TransientError } from '../errors.ts';
import { Cookies } from './cookies.ts';
import { keyed, options } from './odata.ts';

/** IIS puts an idle application to sleep; the first request of a run may have to wake it. */
const firstDeadlineMs = 120_000;

export interface Client {
  /** One read of a collection. A filter that the server refuses is the error of the records it names. */
  list(resource: string, query: Record<string, string | number>, signal: AbortSignal): Promise<HttpAnswer>;
  /** `null` = no such record. */
  get(resource: string, key: string, signal: AbortSignal): Promise<Record<string, unknown> | null>;
  /** `false` = no such record. Changes only what the body names; names are applied in its order. */
  patch(resource: string, key: string, body: Record<string, unknown>, signal: AbortSignal): Promise<boolean>;
}

export function openClient(
  config: { url: string; company: string },
  secrets: Record<string, string>,
  access: Access,
): Client {
  const root = `${config.url.replace(/\/+$/, '')}/v1.0/-/${config.company}/AR/`;
  const authorization = `Basic ${Buffer.from(`${secrets.username}:${secrets.password}`).toString('base64')}`;
  const cookies = new Cookies();
  let isAwake = false;

  async function ask(
    method: 'GET' | 'PATCH',
    path: string,
    body: string | undefined,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const request: HttpRequest = {
      method,
      url: new URL(root + path),
      // Without a content type even a GET is answered by a 500.
      headers: () => ({ authorization, 'content-type': 'application/json', ...cookies.header() }),
      ...(body !== undefined && { body }),
      repeatable: true,
      repeatIf: answer => {
        const code = errorCode(answer);
        if (code === 'SessionError') cookies.clear();
        return code === null ? answer.status === 423 : passing.has(code);
      },
      ...(!isAwake && { deadlineMs: firstDeadlineMs }),
    };
    const answer = await access.http.request(request, signal);
    isAwake = true;
    if (answer.status === 401) cookies.clear();
    else cookies.keep(answer.headers['set-cookie']);
    return answer;
  }

  return {
    async list(resource, query, signal) {
      const answer = await ask('GET', `${resource}?${options(query)}`, undefined, signal);
      if (answer.status === 200) return answer;
      throw refusal(`reading ${resource}`, answer) ?? recordRefusal(`reading ${resource}`, answer);
    },

    async get(resource, key, signal) {
      const answer = await ask('GET', keyed(resource, key), undefined, signal);
      if (errorCode(answer) === 'RecordNotFound') return null;
      if (answer.status === 200 && typeof answer.body === 'object' && answer.body !== null) {
        return answer.body as Record<string, unknown>;
      }
      throw refusal(`reading ${resource} ${key}`, answer) ?? recordRefusal(`reading ${resource} ${key}`, answer);
    },

    async patch(resource, key, body, signal) {
      const answer = await ask('PATCH', keyed(resource, key), JSON.stringify(body), signal);
      if (errorCode(answer) === 'RecordNotFound') return false;
      if (answer.status === 200 || answer.status === 204) return true;
      throw refusal(`writing ${resource} ${key}`, answer) ?? recordRefusal(`writing ${resource} ${key}`, answer);
    },
  };
}

/** The word Sage itself gives; the HTTP status says less (409 may be a validation). Early servers wrote `odata.error`. */
function errorCode({ status, body }: HttpAnswer): string | null {
  if (status < 400 || typeof body !== 'object' || body === null) return null;
  const error = 'error' in body ? body.error : 'odata.error' in body ? body['odata.error'] : undefined;
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^\w{1,40}$/.test(code) ? code : null;
}

/** Codes that a second try may not meet. A session that broke is opened anew, because its cookies are not sent any more. */
const passing = new Set(['TooManyRequests', 'InternalServerError', 'SessionError']);

/** What concerns more than one record; null = something else. */
function refusal(what: string, answer: HttpAnswer): ConfigError | TransientError | null {
  const code = errorCode(answer);
  const said = `(${[answer.status, code].filter(Boolean).join(' ')})`;
  switch (code ?? codeOfStatus(answer.status)) {
    case 'Unauthorized':
      return new ConfigError(
        'CredentialsRefused',
        `Sage 300 refused the user or its password ${said}; ADMIN is blocked for the Web API, and the user must not be locked`,
      );
    case 'Forbidden':
      return new ConfigError(
        'Forbidden',
        `Sage 300 does not let the user do this: ${what} ${said}; give its group the right "Sage 300 Web API" in Accounts Receivable and the right to maintain customers`,
      );
    case 'TooManyRequests':
      return new TransientError('RateLimit', `Sage 300 is busy: ${what} ${said}`, { applied: 'no' });
    case 'ResourceNotFound':
    case 'MethodNotAllowed':
    case 'InvalidAction':
      return new ConfigError(
        'InvalidConfiguration',
        `Sage 300 does not know the address: ${what} ${said}; check url and company of the connection, and that the server offers this resource`,
      );
    case 'SessionError':
    case 'DBLinkError':
      return new TransientError('Intermittent', `Sage 300 could not open its database: ${what} ${said}`, {
        applied: 'no',
      });
    case 'InternalServerError':
      return new TransientError('Intermittent', `Sage 300 failed: ${what} ${said}`, { applied: 'unknown' });
    default:
      return null;
  }
}

/** Where no code came, the status has to do. */
function codeOfStatus(status: number): string | null {
  if (status === 401) return 'Unauthorized';
  if (status === 403) return 'Forbidden';
  if (status === 404) return 'ResourceNotFound';
  if (status === 405) return 'MethodNotAllowed';
  if (status === 409 || status === 423 || status === 429) return 'TooManyRequests';
  return status >= 500 ? 'InternalServerError' : null;
}

/** The record's own fault: a business rule, a value, a key. The server's sentence is not repeated: it may hold personal data. */
function recordRefusal(what: string, answer: HttpAnswer): RecordError {
  const code = errorCode(answer);
  return new RecordError(
    code === 'RecordDuplicate' ? 'Duplicate' : 'Validation',
    `Sage 300 refused ${what} (${[answer.status, code].filter(Boolean).join(' ')})`,
  );
}
