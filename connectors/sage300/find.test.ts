import { describe, expect, test } from '@jest/globals';
import type { Client } from './client.ts';
import { filters, findByEmail } from './find.ts';
import { escaped } from './odata.ts';

describe('filters', () => {
  test('hold every spelling once, within the limits of IIS and OData', () => {
    const spellings = Array.from({ length: 95 }, (_, n) => `o'hara+${n}@${'long.'.repeat(n % 30)}example.test`);
    const made = filters(spellings);
    for (const filter of made) {
      expect(escaped(filter).length).toBeLessThan(1900);
      expect(filter.split(' or ').length).toBeLessThanOrEqual(20);
    }
    const found = made.flatMap(filter =>
      [...filter.matchAll(/(?<!\w)Email eq '((?:[^']|'')*)'/g)].map(([, text]) => text?.replaceAll("''", "'")),
    );
    expect(found).toEqual(spellings);
  });

  test('one address of any length is still asked for', () => {
    expect(filters(['x'.repeat(254)])).toHaveLength(1);
  });
});

describe('findByEmail', () => {
  /** A server with a page size of its own that gives what a lax search would. */
  function lax(customers: Record<string, unknown>[], pageSize = 2): Client & { asked: number } {
    const client = {
      asked: 0,
      list: async (_resource: string, query: Record<string, string | number>) => {
        client.asked++;
        const skip = Number(query.skip ?? 0);
        const value = customers.slice(skip, skip + pageSize);
        const more = skip + pageSize < customers.length;
        return {
          status: 200,
          headers: {},
          body: { value, ...(more && { '@odata.nextLink': 'https://elsewhere.test' }) },
        };
      },
      get: async () => null,
      patch: async () => false,
    };
    return client;
  }
  const match = (email: string, key = '1') => ({ key, values: { email } });
  const signal = new AbortController().signal;

  test('reads on where the server hands out less than asked for, and compares what it gives', async () => {
    const client = lax([
      { CustomerNumber: 'A', Email: 'ann@x.test', ContactsEmail: 'ann@x.test' },
      { CustomerNumber: 'B', Email: 'ann@x.test.au', ContactsEmail: null },
      { CustomerNumber: 'C', Email: '', ContactsEmail: ' Ann@X.test ' },
      { CustomerNumber: 'D', Email: 'xann@x.test', ContactsEmail: '' },
      { CustomerNumber: 'E ', Email: 'ANN@X.TEST', ContactsEmail: '' },
    ]);
    const found = await findByEmail(client, 1, [match(' aNN@x.test')], signal);
    expect(found.map(({ id }) => id)).toEqual(['A', 'C', 'E']);
    expect(client.asked).toBe(3);
  });

  test('gives every match its candidates', async () => {
    const found = await findByEmail(
      lax([{ CustomerNumber: 'A', Email: 'ann@x.test' }]),
      2,
      [match('ann@x.test', '1'), match('ANN@x.test', '2')],
      signal,
    );
    expect(found).toEqual([
      { key: '1', id: 'A' },
      { key: '2', id: 'A' },
    ]);
  });

  test.each(['', '  ', 'x', 'a\u0000b@x.test', `${'x'.repeat(250)}@x.test`])('asks nothing for %p', async email => {
    const client = lax([]);
    expect(await findByEmail(client, 2, [match(email)], signal)).toEqual([]);
    expect(client.asked).toBe(0);
  });

  test('begins no more searches after one was refused', async () => {
    const client = lax([]);
    client.list = async () => {
      client.asked++;
      throw new Error('refused');
    };
    const matches = Array.from({ length: 200 }, (_, n) => match(`ann${n}@example.test`, String(n)));
    await expect(findByEmail(client, 2, matches, signal)).rejects.toThrow('refused');
    expect(client.asked).toBeLessThanOrEqual(2);
  });

  test('an answer without the list is a failed read', async () => {
    const client = lax([]);
    client.list = async () => ({ status: 200, headers: {}, body: {} });
    await expect(findByEmail(client, 2, [match('ann@x.test')], signal)).rejects.toMatchObject({ code: 'Intermittent' });
  });
});
