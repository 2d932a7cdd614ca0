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

  it('gives up details, and never a count or a watermark, where the longest names of everything come together', () => {
    const instant = '2026-01-01T00:00:00.000Z';
    const counts = Object.fromEntries(Object.keys(noCounts).map(name => [name, 1_000_000])) as typeof noCounts;
    const whole: Report = {
      ...report,
      revision: 'r'.repeat(63),
      message: 'm'.repeat(500),
      lookups: Array.from({ length: 100 }, (_, n) => ({ name: `${n}`.padEnd(50, 'l'), version: 'v'.repeat(63) })),
      tasks: Array.from({ length: 8 }, (_, n) => ({
        name: `${n}`.padEnd(40, 't'),
        counts,
        reasons: { DestinationMissing: 1, MissingLookup: 2, Unchanged: 3 },
        watermark: { before: instant, after: instant },
      })),
      held: { count: 1, oldest: instant },
      connections: Array.from({ length: 16 }, (_, n) => ({
        name: `${n}`.padEnd(50, 'c'),
        reachable: true,
        credentials: true,
        version: 'v'.repeat(100),
        requests: { '200': 1_000_000, '204': 1_000_000, '503': 1 },
      })),
    };
    const text = toTerminationMessage(whole);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxReportBytes);
    const back = parseReport(text);
    expect(back?.tasks.map(({ name, counts, watermark }) => ({ name, counts, watermark }))).toEqual(
      whole.tasks.map(({ name, counts, watermark }) => ({ name, counts, watermark })),
    );
    expect(back).toMatchObject({ result: 'Partial', open: 20, held: whole.held, failures: [] });
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
