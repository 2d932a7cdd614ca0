/** The streams of Magento: customers. */
import type { CanonicalRecord, Key, Stream } from '../contract.ts';
import { type Client, criteria, type Filter } from './client.ts';
import { toCustomer } from './customer.ts';
import { magento } from './facts.ts';
import type { Names } from './names.ts';
import { advance, failedRead, filtersAfter, parseCursor, toCursor, toRows } from './walk.ts';

export const customersRight = 'Magento_Customer::customer';

/** `names` is asked only when there is a customer to name. */
export function customers(client: Client, names: (signal: AbortSignal) => Promise<Names>): Stream {
  const { pageSize } = magento.streams.customers.source;

  async function search(filters: Filter[], sort: string[], signal: AbortSignal) {
    const query = criteria({ filters, sort, pageSize });
    const { body } = await client.get('customers/search', customersRight, query, signal);
    return toRows(body, pageSize);
  }

  return {
    async read(window, cursor, signal) {
      let place = cursor === null ? null : parseCursor(cursor);
      for (;;) {
        const filters = filtersAfter(place, window);
        if (filters === null) return { records: [], cursor: null };
        const page = await search(filters, ['updated_at', 'entity_id'], signal);
        const { fresh, next } = advance(place, window, page);
        if (fresh.length > 0) {
          const known = await names(signal);
          return { records: fresh.map(row => toCustomer(row, known)), cursor: next && toCursor(next) };
        }
        if (next === null) return { records: [], cursor: null };
        place = next;
      }
    },

    async get(keys, signal) {
      // Another text than a number is no id here, and would mean something else inside the list of the filter.
      const ids = [...new Set(keys)].filter(key => /^[1-9]\d{0,14}$/.test(key));
      const found = new Map<Key, CanonicalRecord>();
      for (let start = 0; start < ids.length; start += pageSize) {
        const wanted = new Set(ids.slice(start, start + pageSize));
        const filter: Filter = { field: 'entity_id', condition: 'in', value: [...wanted].join(',') };
        const { rows } = await search([filter], ['entity_id'], signal);
        if (rows.some(row => !wanted.has(String(row.id)))) throw failedRead('customers that were not asked for');
        const known = rows.length > 0 ? await names(signal) : undefined;
        for (const row of rows) if (known) found.set(String(row.id), toCustomer(row, known));
      }
      return found;
    },
  };
}
