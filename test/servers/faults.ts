/** Faults that wait for their request. */
import { z } from 'zod';
import type { Heard } from './exchange.ts';

const pattern = z.string().refine(text => isPattern(text), 'is no regular expression');

export const faultSchema = z.strictObject({
  match: z.strictObject({ method: z.string().optional(), path: pattern.optional() }).default({}),
  /** Matching requests that pass before the first one is hit. */
  skip: z.int().min(0).default(0),
  times: z.int().min(1).default(1),
  do: z.enum(['status', 'reset-before', 'reset-after', 'late', 'delay', 'truncate', 'html', 'drip']),
  /** For `status` (default 500) and `html` (default 200). */
  status: z.int().min(200).max(599).optional(),
  headers: z.record(z.string(), z.string()).optional(),
  /** For `status`: text as it is, anything else as JSON; absent = the system's own words. */
  body: z.unknown().optional(),
  /** For `late` and `delay`, and between two bytes of `drip` (default 50). */
  ms: z.number().min(0).default(50),
});

export type Fault = z.infer<typeof faultSchema>;

interface Waiting {
  fault: Fault;
  path: RegExp | null;
  skip: number;
  times: number;
}

/** In order of arrival. A request is hit by the first fault that matches and has nothing left to skip. */
export class Faults {
  #waiting: Waiting[] = [];

  add(fault: Fault): void {
    const path = fault.match.path === undefined ? null : new RegExp(fault.match.path);
    this.#waiting.push({ fault, path, skip: fault.skip, times: fault.times });
  }

  clear(): void {
    this.#waiting = [];
  }

  list(): Fault[] {
    return this.#waiting.map(({ fault, skip, times }) => ({ ...fault, skip, times }));
  }

  /** The fault that hits this request, used up by it. */
  take(request: Heard): Fault | null {
    for (const waiting of this.#waiting) {
      if (!matches(waiting, request)) continue;
      if (waiting.skip > 0) {
        waiting.skip -= 1;
        continue;
      }
      waiting.times -= 1;
      if (waiting.times === 0) this.#waiting = this.#waiting.filter(other => other !== waiting);
      return waiting.fault;
    }
    return null;
  }
}

/** The path expression may mean the path or path and query, as sent or decoded. */
function matches({ fault, path }: Waiting, request: Heard): boolean {
  const method = fault.match.method;
  if (method !== undefined && method.toUpperCase() !== request.method) return false;
  if (!path) return true;
  return [request.path, request.url, decoded(request.path), decoded(request.url)].some(text => path.test(text));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}
