import { describe, expect, it } from '@jest/globals';
import { aConnection, aSage } from '../../test/builders/resources.ts';
import { firstFinding } from './checks.ts';

describe('firstFinding', () => {
  it('finds nothing in good connections', () => {
    for (const { spec } of [aConnection('magento'), aSage()]) expect(firstFinding(spec)).toBeNull();
  });

  const rows: [url: string, message: RegExp][] = [
    ['https://', /must be a URL/],
    ['https://user:secret@shop.example.com', /must not hold credentials/],
    ['https://shop.example.com/?store=1', /without \? and #/],
    ['https://shop.example.com/#top', /without \? and #/],
  ];
  for (const [url, message] of rows) {
    it(`refuses ${url}`, () =>
      expect(firstFinding(aConnection('magento', { magento: { url } }).spec)).toEqual({
        reason: 'InvalidSpec',
        message: expect.stringMatching(message),
      }));
  }
});
