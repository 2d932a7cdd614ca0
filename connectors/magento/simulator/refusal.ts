/** The shop's error bodies. `parameters` is a list for %1 and an object for %name. */
import { type Answer, jsonAnswer } from '../../../test/servers/exchange.ts';

export type Parameters = readonly unknown[] | Record<string, unknown>;

interface Detail {
  message: string;
  parameters?: Parameters;
}

/** Thrown anywhere below a route; becomes the answer. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly body: Record<string, unknown>;

  constructor(status: number, message: string, parameters?: Parameters, more: Record<string, unknown> = {}) {
    super(message);
    this.status = status;
    this.body = { message, ...more, ...(parameters ? { parameters } : {}) };
  }

  answer(): Answer {
    return jsonAnswer(this.status, this.body);
  }
}

/** One detail speaks for itself; several come under a general sentence. */
export function inputRefusal(details: readonly Detail[]): Refusal {
  const [only, ...others] = details;
  if (only && others.length === 0) return new Refusal(400, only.message, only.parameters);
  return new Refusal(400, 'One or more input exceptions have occurred.', undefined, { errors: details });
}

export function requiredField(fieldName: string): Detail {
  return { message: '"%fieldName" is required. Enter and try again.', parameters: { fieldName } };
}

export function noSuchEntity(fieldName: string, fieldValue: unknown): Refusal {
  return new Refusal(404, 'No such entity with %fieldName = %fieldValue', { fieldName, fieldValue });
}

export function noRoute(): Refusal {
  return new Refusal(404, 'Request does not match any route.');
}

export function notAuthorized(resource: string): Refusal {
  return new Refusal(401, "The consumer isn't authorized to access %resources.", { resources: resource });
}

export function wrongType(fieldName: string, value: string, type: string): Refusal {
  return new Refusal(
    400,
    `Error occurred during "${fieldName}" processing. The "%value" value's type is invalid. The "%type" type was expected. Verify and try again.`,
    { value, type },
  );
}

let reports = 0;

/** What a production shop says of anything it did not foresee. */
export function internalError(): Refusal {
  reports += 1;
  const report = `webapi-${reports.toString(16).padStart(13, '0')}`;
  return new Refusal(500, `Internal Error. Details are available in Magento log file. Report ID: ${report}`);
}
