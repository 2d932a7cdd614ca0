import { describe, expect, it } from '@jest/globals';
import type { SyncRunResource } from '../../crds/sync-run.ts';
import { aRun } from '../../test/builders/resources.ts';
import { waitsFor } from './turn.ts';

describe('waitsFor', () => {
  const run = (name: string, second: number, status?: SyncRunResource['status'], spec = {}) =>
    aRun(name, spec, {
      metadata: { uid: name, creationTimestamp: `2026-03-01T10:00:0${second}Z` },
      ...(status === undefined ? {} : { status }),
    });
  const me = run('b', 5);
  const rows: { name: string; others: SyncRunResource[]; wanted: string | null }[] = [
    { name: 'nobody, when alone', others: [], wanted: null },
    { name: 'one that was asked for before', others: [run('a', 1)], wanted: 'a' },
    { name: 'the first of those', others: [run('x', 2), run('a', 1)], wanted: 'a' },
    { name: 'nobody who was asked for later', others: [run('c', 6)], wanted: null },
    {
      name: 'one that has its Job already, though asked for later',
      others: [run('c', 6, { jobRef: { name: 'c-1' } })],
      wanted: 'c',
    },
    { name: 'nobody who has finished', others: [run('a', 1, { result: 'Failed' })], wanted: null },
    {
      name: 'no scheduled run: the lease keeps them apart',
      others: [run('a', 1, undefined, { adoptedJob: { name: 'a', uid: 'u' } })],
      wanted: null,
    },
    { name: 'by uid within one second, for all alike', others: [run('a', 5), run('c', 5)], wanted: 'a' },
  ];
  for (const { name, others, wanted } of rows) {
    it(`waits for ${name}`, () => expect(waitsFor(me, [me, ...others])?.metadata.name ?? null).toBe(wanted));
  }
});
