import { expect, it } from '@jest/globals';
import { tooManyFailures } from './error-share.ts';

const rows = [
  { name: 'a few records prove nothing about the system', writes: 19, failures: 19, want: false },
  { name: 'a fifth of the first hundred may fail', writes: 100, failures: 20, want: false },
  { name: 'more of them stop the run', writes: 100, failures: 21, want: true },
  { name: 'a tenth of many may fail', writes: 1000, failures: 100, want: false },
  { name: 'more of them stop the run, too', writes: 1000, failures: 101, want: true },
];
for (const { name, writes, failures, want } of rows) {
  it(name, () => expect(tooManyFailures(writes, failures)).toBe(want));
}
