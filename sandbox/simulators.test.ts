import { describe, expect, it } from '@jest/globals';
import { announced } from './simulators.ts';

describe('announced', () => {
  const line = '{"url":"https://127.0.0.1:20011","control":"http://127.0.0.1:20012"}';
  const addresses = { url: 'https://127.0.0.1:20011', control: 'http://127.0.0.1:20012' };

  it.each([
    ['the only line', `${line}\n`, addresses],
    ['among other lines', `(node:1) Warning: …\n{"level":"info"}\n${line}\nlistening\n`, addresses],
    ['not yet', '', undefined],
    ['half of it', line.slice(0, 30), undefined],
  ])('finds the addresses of a simulator: %s', (_why, output, want) => {
    expect(announced(output)).toEqual(want);
  });
});
