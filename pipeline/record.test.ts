import { describe, expect, it } from '@jest/globals';
import { mappedHash, sourceHash, storable } from './record.ts';

const record = { key: '1', updatedTime: '2026-01-01T00:00:00Z', email: 'a@b.test', address: { city: 'York' } };

describe('hashes', () => {
  it('do not see the change time, which a failed log-in moves, too', () => {
    expect(sourceHash({ ...record, updatedTime: '2026-02-02T00:00:00Z' })).toBe(sourceHash(record));
  });
  it('do not see the order of fields', () => {
    expect(mappedHash({ a: '1', b: '2' })).toBe(mappedHash({ b: '2', a: '1' }));
  });
  it('see the difference between empty and not mapped: one is cleared, the other left alone', () => {
    expect(mappedHash({ a: '1', b: null })).not.toBe(mappedHash({ a: '1' }));
  });
  it('see a blank: text is as the shop gave it', () => {
    expect(mappedHash({ a: '1 ' })).not.toBe(mappedHash({ a: '1' }));
  });
});

describe('storable', () => {
  const rows: { name: string; text: string; want: string }[] = [
    { name: 'leaves every other text as it is', text: 'Zoë 👩‍💻 \\u0000 "x"', want: 'Zoë 👩‍💻 \\u0000 "x"' },
    { name: 'takes NUL out, which PostgreSQL refuses', text: 'a\0b', want: 'ab' },
    { name: 'replaces half a character, which PostgreSQL refuses', text: 'a\ud83d', want: 'a\ufffd' },
  ];
  for (const { name, text, want } of rows) {
    it(name, () => {
      expect(storable({ ...record, address: { city: text } })).toEqual({ ...record, address: { city: want } });
    });
  }
});
