/** A plain client for tests of simulators. */
import { request } from 'undici';

export interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** Parsed where it is JSON, else the text. */
  body: unknown;
}

export interface Call {
  method?: string;
  headers?: Record<string, string>;
  /** Text as it is, anything else as JSON. */
  body?: unknown;
}

export async function ask(url: string, { method = 'GET', headers = {}, body }: Call = {}): Promise<Reply> {
  const text = body === undefined || typeof body === 'string' ? (body ?? null) : JSON.stringify(body);
  const response = await request(url, { method: method as 'GET', headers, body: text });
  return { status: response.statusCode, headers: response.headers, body: parsed(await response.body.text()) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
