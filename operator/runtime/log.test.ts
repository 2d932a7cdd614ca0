import { expect, it } from '@jest/globals';
import { ApiError } from './api-error.ts';
import { createLogger } from './log.ts';

const canary = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl';

function logged(error: unknown): string {
  const lines: string[] = [];
  const log = createLogger({ destination: { write: line => lines.push(line) } });
  log.child({ controller: 'test' }).error({ err: error }, 'reconcile failed');
  return lines.join('');
}

const rows: { name: string; error: unknown }[] = [
  {
    name: 'headers hung on an error',
    error: Object.assign(new Error('no'), { config: { headers: { authorization: canary } } }),
  },
  {
    name: 'a request hung on an error',
    error: Object.assign(new Error('no'), { request: { _header: `x: ${canary}` } }),
  },
  { name: 'a header quoted in the message', error: new Error(`bad header: Authorization: Bearer ${canary}`) },
  { name: 'a token quoted in the message', error: new Error(`cannot parse ${canary}`) },
  { name: 'a password in a URL', error: new Error(`connect https://user:${canary}@example.org failed`) },
  { name: 'a cause', error: new Error('outer', { cause: new Error(`Bearer ${canary}`) }) },
  { name: 'a text thrown', error: `Bearer ${canary}` },
  { name: 'an object thrown', error: { headers: { authorization: canary } } },
];

it.each(rows)('never prints a credential: $name', ({ error }) => {
  expect(logged(error)).not.toContain(canary);
});

it('prints one JSON line that says what went wrong', () => {
  const line = JSON.parse(logged(new ApiError(403, { reason: 'Forbidden', message: 'not allowed' })));
  expect(line).toMatchObject({
    level: 'error',
    controller: 'test',
    msg: 'reconcile failed',
    err: { type: 'ApiError', status: 403, reason: 'Forbidden', message: 'not allowed' },
  });
});
