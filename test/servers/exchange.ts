/** What passes between a client and a simulator, before and after the wire. */
import type { IncomingHttpHeaders } from 'node:http';

/** One request as it reached the simulator. */
export interface Heard {
  method: string;
  scheme: 'http' | 'https';
  /** Path and query exactly as sent. */
  url: string;
  path: string;
  /** Without the question mark; empty where there is none. */
  query: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** What the system says. */
export interface Answer {
  status: number;
  headers?: Record<string, string | string[]>;
  body?: string;
  /** A write changed state. */
  applied?: boolean;
  /** Records read or written; what `perRecordMs` is multiplied with. */
  records?: number;
}

export const jsonType = 'application/json; charset=utf-8';

export function jsonAnswer(status: number, value: unknown, more: Omit<Answer, 'status' | 'body'> = {}): Answer {
  return { ...more, status, headers: { 'content-type': jsonType, ...more.headers }, body: JSON.stringify(value) };
}

export function htmlAnswer(status: number, title: string): Answer {
  const body = `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`;
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}
