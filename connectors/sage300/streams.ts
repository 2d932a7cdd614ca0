/** The streams of Sage 300: A/R customers, found by e-mail and updated. */
import type { Stream } from '../contract.ts';
import type { Client } from './client.ts';
import { difference, wantedProperties } from './customer.ts';
import { findByEmail } from './find.ts';

export function customers(client: Client, concurrent: number): Stream {
  return {
    find: (matches, signal) => findByEmail(client, concurrent, matches, signal),

    /** The Web API has no entity tags: read, compare, write what differs. */
    async update(id, record, _etag, signal) {
      const wanted = wantedProperties(record);
      const current = await client.get('ARCustomers', id, signal);
      if (current === null) return null;
      const body = difference(current, wanted);
      if (body === null) return { id, changed: false };
      return (await client.patch('ARCustomers', id, body, signal)) ? { id, changed: true } : null;
    },
  };
}
