/** JSON lines: a constant message and fields. Never a payload, a name, an e-mail address or a secret. */
import { type Logger, pino } from 'pino';
import { errorCode } from './error-code.ts';

export type { Logger };

export function openLog(level: string): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ sync: true }));
}

/**
 * An error as fields: its kind, its code and where it came from. Not its message: those of parsers and databases quote what they
 * were given.
 */
export function errorFields(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: typeof error };
  const code = errorCode(error);
  const frames = error.stack?.split('\n').filter(line => /^\s+at /.test(line)) ?? [];
  const cause = error.cause === undefined ? {} : { cause: errorFields(error.cause) };
  return { error: error.name, ...(code && { code }), at: frames.slice(0, 8).map(frame => frame.trim()), ...cause };
}
