/**
 * The errors of a connector. The class says who must act: a person (ConfigError), time (TransientError), or nobody, because only
 * one record is concerned (RecordError). Messages are our own text with ids and codes: never a response body, a header or a person.
 */

export type ConfigCode =
  | 'CredentialsRefused'
  | 'Forbidden'
  | 'SecretKeyMissing'
  | 'AllowedHostsMissing'
  | 'HostNotAllowed'
  | 'AddressNotAllowed'
  | 'PlainHttpNotAllowed'
  | 'InvalidConfiguration';

export type TransientCode = 'ConnectionDown' | 'RateLimit' | 'NotJson' | 'Intermittent';

export type RecordCode = 'Validation' | 'NotFound' | 'Duplicate' | 'ConflictingChange' | 'SourceUnreadable';

/** A person must change something; the run stops and nothing is retried by itself. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code: ConfigCode;
  constructor(code: ConfigCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Time heals it. `applied` says whether the request may have taken effect. */
export class TransientError extends Error {
  override readonly name = 'TransientError';
  readonly code: TransientCode;
  readonly applied: 'no' | 'unknown';
  readonly retryAfterSeconds: number | null;
  constructor(
    code: TransientCode,
    message: string,
    details: { applied: 'no' | 'unknown'; retryAfterSeconds?: number; cause?: unknown },
  ) {
    super(message, { cause: details.cause });
    this.code = code;
    this.applied = details.applied;
    this.retryAfterSeconds = details.retryAfterSeconds ?? null;
  }
}

/** The system refused this one record; the others go on. `field` is the destination's or source's field where it is known. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
  readonly code: RecordCode;
  readonly field: string | null;
  constructor(code: RecordCode, message: string, field: string | null = null) {
    super(message);
    this.code = code;
    this.field = field;
  }
}
