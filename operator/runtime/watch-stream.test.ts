import { expect, it } from '@jest/globals';
import { ApiError } from './api-error.ts';
import { readLines, readWatch } from './watch-stream.ts';

/** The text in pieces of so many bytes. */
async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const text = '{"a":"größer"}\n\n{"b":"🚚"}\n{"cut off';

it.each([1, 2, 3, 7, 1000])('reads whole lines out of pieces of %d bytes', async size => {
  expect(await Array.fromAsync(readLines(inPieces(text, size)))).toEqual(['{"a":"größer"}', '{"b":"🚚"}']);
});

it('throws what the API server says in an ERROR event', async () => {
  const event = {
    type: 'ERROR',
    object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' },
  };
  const reading = Array.fromAsync(readWatch(inPieces(`${JSON.stringify(event)}\n`, 10)));
  await expect(reading).rejects.toThrow(new ApiError(410, { message: 'too old resource version' }));
});
