import { expect, it } from '@jest/globals';
import { ApiError } from './api-error.ts';
import { secondsUntilRetry, type Tries } from './retry.ts';

const refused = (status: number, retryAfterSeconds?: number) => new ApiError(status, {}, { retryAfterSeconds });
const cut = (code: string) => new ApiError(0, {}, { cause: Object.assign(new Error('cut'), { code }) });
const first: Tries = { method: 'GET', tries: 1, secondsLeft: 30, random: 0 };

const rows: { name: string; failure: ApiError; made?: Partial<Tries>; want: number | undefined }[] = [
  { name: '429 waits as the server asks', failure: refused(429, 3), want: 3 },
  {
    name: '429 waits a little longer, so that not all come at once',
    failure: refused(429, 4),
    made: { random: 1 },
    want: 6,
  },
  { name: '429 that does not say how long waits a second', failure: refused(429), want: 1 },
  { name: '429 is told when the wait does not fit into the deadline', failure: refused(429, 60), want: undefined },
  { name: '429 is told after ten tries', failure: refused(429, 1), made: { tries: 10 }, want: undefined },
  { name: '503 waits if the server says for how long', failure: refused(503, 2), want: 2 },
  { name: '503 is told otherwise', failure: refused(503), want: undefined },
  { name: '500 is told: it may have been processed', failure: refused(500, 1), want: undefined },
  { name: '401 reads the token again, once', failure: refused(401), want: 0 },
  { name: '401 is told the second time', failure: refused(401), made: { tries: 2 }, want: undefined },
  { name: '409 is told', failure: refused(409), want: undefined },
  { name: 'a cut connection is replaced at once', failure: cut('UND_ERR_SOCKET'), want: 0 },
  { name: 'a cut connection is told the second time', failure: cut('ECONNRESET'), made: { tries: 2 }, want: undefined },
  {
    name: 'a create on a cut connection is told: it may have happened',
    failure: cut('ECONNRESET'),
    made: { method: 'POST' },
    want: undefined,
  },
  { name: 'a refused connection is told', failure: cut('ECONNREFUSED'), want: undefined },
];

it.each(rows)('$name', ({ failure, made, want }) => {
  expect(secondsUntilRetry(failure, { ...first, ...made })).toBe(want);
});
