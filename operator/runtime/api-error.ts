/** The parts of a Kubernetes Status object that an error is made of. */
export interface StatusBody {
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: StatusDetails;
}

export interface StatusDetails {
  readonly name?: string;
  readonly kind?: string;
  readonly retryAfterSeconds?: number;
  readonly causes?: readonly { readonly reason?: string; readonly message?: string; readonly field?: string }[];
}

/**
 * The API server refused, or could not be reached. `status` is the HTTP code, or 0 when no answer came; then `reason` is
 * `Timeout` or `Unreachable` and `cause` is the error of the connection. Never holds headers or a request body.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly reason: string;
  readonly details: StatusDetails;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    status: number,
    body: StatusBody,
    options: { retryAfterSeconds?: number | undefined; cause?: unknown } = {},
  ) {
    super(
      body.message ?? `the API server answered ${status}`,
      'cause' in options ? { cause: options.cause } : undefined,
    );
    this.status = status;
    this.reason = body.reason ?? 'Unknown';
    this.details = body.details ?? {};
    this.retryAfterSeconds = options.retryAfterSeconds ?? body.details?.retryAfterSeconds;
  }
}

const has = (error: unknown, status: number, reason?: string): error is ApiError =>
  error instanceof ApiError && error.status === status && (reason === undefined || error.reason === reason);

export const isNotFound = (error: unknown): error is ApiError => has(error, 404);
export const isForbidden = (error: unknown): error is ApiError => has(error, 403);
export const isAlreadyExists = (error: unknown): error is ApiError => has(error, 409, 'AlreadyExists');
/** A precondition did not hold, or another field manager owns a field. */
export const isConflict = (error: unknown): error is ApiError => has(error, 409) && error.reason !== 'AlreadyExists';
/** The object itself is refused: schema, CEL rule or admission policy. */
export const isInvalid = (error: unknown): error is ApiError => has(error, 422);
/** The resourceVersion or the page token is too old: list again. */
export const isExpired = (error: unknown): error is ApiError => has(error, 410);
