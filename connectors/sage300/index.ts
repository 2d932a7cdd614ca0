/** Sage 300 by its Web API. */
import type { z } from 'zod';
import type { ConnectorModule } from '../contract.ts';
import { TransientError } from '../errors.ts';
import { openClient } from './client.ts';
import type { sage300 } from './facts.ts';
import { customers } from './streams.ts';

export const connector: ConnectorModule = {
  connect(config: z.infer<typeof sage300.config>, secrets, access) {
    const client = openClient(config, secrets, access);
    return {
      async probe(signal) {
        const { headers } = await client.list('ARCustomers', { top: 1, select: 'CustomerNumber' }, signal);
        const time = new Date(headers.date ?? '');
        if (Number.isNaN(time.getTime())) {
          throw new TransientError('Intermittent', 'Sage 300 did not tell its time (no Date header)', {
            applied: 'no',
          });
        }
        return { time };
      },
      streams: { customers: customers(client, access.concurrent) },
      requests: () => access.http.requests(),
      close: () => access.http.close(),
    };
  },
};
