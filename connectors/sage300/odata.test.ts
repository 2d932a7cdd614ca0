import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { escaped, keyed, literal, options } from './odata.ts';

const text = fc.string({ unit: 'binary' });

describe('literal', () => {
  test('holds any text, and ends nowhere but at its end', () => {
    fc.assert(
      fc.property(text, value => {
        const inside = literal(value).slice(1, -1);
        return inside.replaceAll("''", '').includes("'") === false && inside.replaceAll("''", "'") === value;
      }),
    );
  });
});

describe('escaped', () => {
  test('gives back any text and holds nothing that has a meaning in an address', () => {
    fc.assert(
      fc.property(
        text,
        value => !/[/?#&+='" \\]/.test(escaped(value)) && decodeURIComponent(escaped(value)) === value.toWellFormed(),
      ),
    );
  });
});

describe('an address', () => {
  test('of one record survives every key', () => {
    expect(keyed('ARCustomers', 'C0001')).toBe('ARCustomers(%27C0001%27)');
    fc.assert(
      fc.property(text, key => {
        const url = new URL(`https://sage.test/AR/${keyed('ARCustomers', key)}`);
        return (
          decodeURIComponent(url.pathname) === `/AR/ARCustomers(${literal(key.toWellFormed())})` && url.search === ''
        );
      }),
    );
  });

  test('with options survives every value', () => {
    fc.assert(
      fc.property(text, value => {
        const query = new URL(`https://sage.test/AR?${options({ filter: value, top: 1 })}`).searchParams;
        return query.get('$filter') === value.toWellFormed() && query.get('$top') === '1';
      }),
    );
  });
});
