/** The API's error bodies. Clients branch on the code; the message is in the server's language. */
import { type Answer, jsonAnswer } from '../../../test/servers/exchange.ts';

/**
 * Codes: Sage's Developer Reference. Statuses: RecordNotFound and a missing Content-Type are documented there; 409 for business errors
 * was seen in public logs of live servers; the others are what HTTP says for the case (not documented).
 */
export const statuses = {
  Unauthorized: 401,
  Forbidden: 403,
  TooManyRequests: 429,
  InvalidParameters: 400,
  InvalidEntityKey: 400,
  InvalidAction: 400,
  MethodNotAllowed: 405,
  ResourceNotFound: 404,
  RecordNotFound: 404,
  RecordDuplicate: 409,
  InvalidPayload: 400,
  RecordInvalid: 409,
  General: 409,
  SessionError: 500,
  DBLinkError: 500,
  InternalServerError: 500,
} as const;

export type Code = keyof typeof statuses;

/** Thrown anywhere below a request; becomes the answer. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: Code;

  constructor(code: Code, message: string) {
    super(message);
    this.code = code;
  }

  answer(): Answer {
    return refusalAnswer(statuses[this.code], this.code, this.message);
  }
}

function refusalAnswer(status: number, code: Code, value: string): Answer {
  const headers: Record<string, string> =
    code === 'Unauthorized' ? { 'www-authenticate': 'Basic realm="Sage300WebApi"' } : {};
  return jsonAnswer(status, { error: { code, message: { lang: 'en-US', value } } }, { headers });
}

/** The words for a status that a limit or a fault asks for. */
export function refusalOf(status: number): Answer {
  const found = (Object.keys(statuses) as Code[]).find(code => statuses[code] === status);
  const code = found ?? (status >= 500 ? 'InternalServerError' : 'General');
  return refusalAnswer(status, code, words[code] ?? 'An error has occurred.');
}

const words: Partial<Record<Code, string>> = {
  Unauthorized: 'The credentials are invalid.',
  Forbidden: 'The user has no right to this module.',
  TooManyRequests: 'There are too many concurrent requests.',
  InternalServerError: 'An unexpected error has occurred.',
};
