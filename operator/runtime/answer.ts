import { ApiError, type StatusBody } from './api-error.ts';

/** One HTTP answer of the API server, its body read. */
export interface Answer {
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;
  readonly text: string;
}

export const isGood = ({ status }: Answer): boolean => status >= 200 && status < 300;

/** Refusals come as a Status object; something between us and the server may answer with anything. */
export function toApiError({ status, retryAfterSeconds, text }: Answer): ApiError {
  return new ApiError(status, statusBodyOf(text), { retryAfterSeconds });
}

function statusBodyOf(text: string): StatusBody {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? body : {};
  } catch {
    return {};
  }
}

/** No answer came, or it broke off. */
export function toUnreachable(error: unknown, what: string): ApiError {
  const { name, code, message = String(error) }: Partial<NodeJS.ErrnoException> = Object(error);
  const timedOut = name === 'TimeoutError' || code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT';
  const body = timedOut
    ? { reason: 'Timeout', message: `${what} got no answer in time` }
    : { reason: 'Unreachable', message: `${what} failed: ${message}` };
  return new ApiError(0, body, { cause: error });
}

/** The API server sends whole seconds. */
export function retryAfterOf(header: string | string[] | undefined): number | undefined {
  const seconds = Number(header);
  return header !== undefined && Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}
