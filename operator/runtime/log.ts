import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino';

export type { Logger } from 'pino';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export interface LogOptions {
  readonly level?: LogLevel;
  /** Where lines go; standard output if absent. */
  readonly destination?: DestinationStream;
}

/** One JSON object per line. An error goes under the key `err`; nothing of it but what toLoggedError names is printed. */
export function createLogger({ level = 'info', destination }: LogOptions = {}): Logger {
  const options = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: toLoggedError },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: string;
  readonly status?: number;
  readonly reason?: string;
  readonly cause?: LoggedError;
}

/**
 * What of an error may be printed. HTTP clients hang requests, headers and tokens on their errors, so fields are named
 * one by one instead of copied, and texts are cleaned of anything that looks like a credential.
 */
export function toLoggedError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: withoutCredentials(String(error)) };
  const { code, status, reason } = error as { code?: unknown; status?: unknown; reason?: unknown };
  return {
    type: error.name,
    message: withoutCredentials(error.message),
    ...(typeof error.stack === 'string' ? { stack: withoutCredentials(error.stack) } : {}),
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof status === 'number' ? { status } : {}),
    ...(typeof reason === 'string' ? { reason } : {}),
    ...(error.cause !== undefined && depth < 3 ? { cause: toLoggedError(error.cause, depth + 1) } : {}),
  };
}

function withoutCredentials(text: string): string {
  return text
    .replace(/\b(bearer|basic)\s+[\w.~+/=-]+/gi, '$1 ***')
    .replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '***')
    .replace(/(\/\/[^\s/:@]*:)[^\s/@]+@/g, '$1***@');
}
