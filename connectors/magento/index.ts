/** Magento 2 by its REST interface. */
import type { z } from 'zod';
import type { ConnectorModule } from '../contract.ts';
import { TransientError } from '../errors.ts';
import { criteria, openClient } from './client.ts';
import type { magento } from './facts.ts';
import { type Names, readNames } from './names.ts';
import { customers, customersRight } from './streams.ts';

export const connector: ConnectorModule = {
  connect(config: z.infer<typeof magento.config>, secrets, access) {
    const client = openClient(config.url, secrets, access);
    let known: Promise<Names> | undefined;

    /** Read once; a failed read is tried again by the next that needs it. */
    function names(signal: AbortSignal): Promise<Names> {
      known ??= readNames(client, signal).catch(error => {
        known = undefined;
        throw error;
      });
      return known;
    }

    return {
      async probe(signal) {
        const query = criteria({ filters: [], sort: ['entity_id'], pageSize: 1 });
        const { headers } = await client.get('customers/search', customersRight, query, signal);
        // So that a missing right shows before the first run; afterwards, so that wrong credentials are tried once.
        await names(signal);
        const time = new Date(headers.date ?? '');
        if (Number.isNaN(time.getTime())) {
          throw new TransientError('Intermittent', 'Magento did not tell its time (no Date header)', { applied: 'no' });
        }
        return { time };
      },
      streams: { customers: customers(client, names) },
      requests: () => access.http.requests(),
      close: () => access.http.close(),
    };
  },
};
