import { describe, expect, it } from '@jest/globals';
import { noCounts } from './outcomes.ts';
import { maxReportBytes, parseReport, type Report, toTerminationMessage } from './report.ts';

const report: Report = {
  version: 1,
  run: 'a'.repeat(36),
  seq: 1,
  revision: 'w-0123456789',
  lookups: [],
  settingsHash: 'h',
  result: 'Partial',
  tasks: [{ name: 'customers', counts: noCounts, reasons: {}, watermark: {} }],
  failures: Array.from({ length: 20 }, (_, n) => ({
    task: 't'.repeat(40),
    key: `${n}`.padEnd(100, 'k'),
    code: 'Validation',
    field: 'f'.repeat(60),
  })),
  open: 20,
  held: { count: 0 },
  connections: [],
  started: '2026-01-01T00:00:00Z',
  durationSeconds: 1,
};

describe('report', () => {
  it('leaves failures out from the end until it fits, and keeps every count', () => {
    const text = toTerminationMessage(report);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxReportBytes);
    const back = parseReport(text);
    expect(back?.open).toBe(20);
    expect(back?.failures.length).toBeGreaterThan(5);
    expect(back?.failures[0]).toEqual(report.failures[0]);
  });

  const foreign: { name: string; message: string | undefined }[] = [
    { name: 'nothing', message: undefined },
    { name: 'text that is not JSON', message: 'Killed' },
    { name: 'JSON of another shape', message: '{"version":2}' },
    { name: 'a count below zero', message: JSON.stringify({ ...report, open: -1 }) },
  ];
  for (const row of foreign) {
    it(`takes ${row.name} for no report`, () => {
      expect(parseReport(row.message)).toBeNull();
    });
  }
});
