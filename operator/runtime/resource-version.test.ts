import { expect, it } from '@jest/globals';
import { compareResourceVersions } from './resource-version.ts';

it.each([
  { older: '9', newer: '10', why: 'longer is newer, although text order says otherwise' },
  { older: '100', newer: '101', why: 'equal length compares digit by digit' },
  { older: '9007199254740992', newer: '9007199254740993', why: 'as numbers these two would be equal' },
  { older: '0', newer: '1', why: 'the smallest' },
])('$older is older than $newer: $why', ({ older, newer }) => {
  expect(compareResourceVersions(older, newer)).toBeLessThan(0);
  expect(compareResourceVersions(newer, older)).toBeGreaterThan(0);
  expect(compareResourceVersions(older, older)).toBe(0);
});
