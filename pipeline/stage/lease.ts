/** The right to write for a workflow. Losing it is normal: a paused process wakes up and must do nothing more. */
import type { Ledger, Sql } from './database.ts';

/** Somebody else has the lease, or we could not renew it in time. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

export interface Lease {
  workflow: string;
  epoch: number;
  /** Aborted, with LeaseLost as its reason, when the lease is lost. */
  lost: AbortSignal;
  /** A transaction that commits only while no higher epoch exists. Throws LeaseLost otherwise. */
  fenced<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Ends renewing; gives the lease back unless the run's last transaction did. */
  release(): Promise<void>;
}

/** Holds a lease that was just taken: renews it four times in its length. */
export function holdLease(ledger: Ledger, workflow: string, epoch: number, leaseSeconds: number): Lease {
  const lost = new AbortController();
  let renewedAt = performance.now();
  const lose = () => lost.abort(new LeaseLost(`another process took over workflow ${workflow}`));

  const renew = async () => {
    try {
      const rows = await ledger.transaction(sql =>
        sql(
          `UPDATE lease SET expires_at = ledger_now() + $3 * interval '1 second'
           WHERE workflow = $1 AND epoch = $2 RETURNING 1`,
          [workflow, epoch, leaseSeconds],
        ),
      );
      if (rows.length === 0) lose();
      renewedAt = performance.now();
    } catch {
      // The ledger is away. The next renewal may come in time; after that nobody may rely on us.
      if (performance.now() - renewedAt > leaseSeconds * 1000) lose();
    }
  };
  let renewing = Promise.resolve();
  const timer = setInterval(
    () => {
      renewing = renew();
    },
    (leaseSeconds * 1000) / 4,
  );

  return {
    workflow,
    epoch,
    lost: lost.signal,
    fenced: work =>
      ledger.transaction(async sql => {
        const held = await sql('SELECT 1 FROM lease WHERE workflow = $1 AND epoch = $2 FOR SHARE', [workflow, epoch]);
        if (held.length === 0) {
          lose();
          throw lost.signal.reason;
        }
        return work(sql);
      }),
    release: async () => {
      clearInterval(timer);
      await renewing; // or it would take back what we give
      await ledger.transaction(sql => releaseLease(sql, workflow, epoch));
    },
  };
}

/** Lets the next run start at once. */
export async function releaseLease(sql: Sql, workflow: string, epoch: number): Promise<void> {
  await sql('UPDATE lease SET expires_at = ledger_now() WHERE workflow = $1 AND epoch = $2', [workflow, epoch]);
}
