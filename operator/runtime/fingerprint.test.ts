import { expect, it } from '@jest/globals';
import { canonicalJson, fingerprint } from './fingerprint.ts';

it('does not depend on the order of names, nor on what is left out', () => {
  expect(canonicalJson({ b: 1, a: { d: undefined, c: null } })).toBe('{"a":{},"b":1}');
  expect(fingerprint({ b: 1, a: 2 })).toBe(fingerprint({ a: 2, b: 1 }));
});

it('depends on values and on the order of lists', () => {
  expect(fingerprint({ a: 1 })).not.toBe(fingerprint({ a: 2 }));
  expect(fingerprint(['a', 'b'])).not.toBe(fingerprint(['b', 'a']));
});

it('is 16 hexadecimal digits', () => {
  expect(fingerprint({})).toMatch(/^[0-9a-f]{16}$/);
});
