/** A line in the log now and then, so that a long run can be watched. Not the truth: that is counted in the ledger. */
import type { Logger } from './log.ts';

const everyMs = 5000;

export interface Progress {
  staged: (records: number) => void;
  settled: (records: number) => void;
}

export function openProgress(log: Logger, now: () => number = () => performance.now()): Progress {
  let staged = 0;
  let settled = 0;
  let last = now();
  const tell = () => {
    if (now() - last < everyMs) return;
    last = now();
    log.info({ staged, settled }, 'moving records');
  };
  return {
    staged: records => {
      staged += records;
      tell();
    },
    settled: records => {
      settled += records;
      tell();
    },
  };
}
