import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { contentHash, requestedJobName } from './names.ts';

describe('names', () => {
  it('gives a requested run a Job whose last part has a letter, so it never sits on a scheduled name', () => {
    fc.assert(
      fc.property(fc.uuid(), uid => {
        expect(requestedJobName('now', uid)).toMatch(/^now-(?=.*[a-z])[0-9a-z]{5}$/);
      }),
    );
  });

  it('hashes equal contents alike whatever the order of their fields', () => {
    expect(contentHash({ a: 1, b: { c: 2, d: 3 } })).toBe(contentHash({ b: { d: 3, c: 2 }, a: 1 }));
    expect(contentHash({ a: 1 })).not.toBe(contentHash({ a: 2 }));
  });
});
