import { describe, expect, it } from '@jest/globals';
import { aTable } from '../../test/builders/resources.ts';
import { firstFinding, isReversible, toContent, toVersion } from './content.ts';

const entries = (...pairs: [from: string, to: string][]) => ({ entries: pairs.map(([from, to]) => ({ from, to })) });
const hashOf = (spec: Record<string, unknown>) => toContent(aTable('groups', spec)).hash;

describe('toContent', () => {
  it('trims, drops comments, and says what a miss becomes', () => {
    const table = aTable('groups', { entries: [{ from: ' General ', to: 'RETAIL ', comment: 'walk-in' }] });
    expect(toContent(table)).toEqual({
      table: 'groups',
      hash: expect.stringMatching(/^[0-9a-f]{10}$/),
      onNoEntry: 'Fail',
      entries: [{ from: 'General', to: 'RETAIL' }],
    });
  });

  it('has the same hash for the same entries in another order', () => {
    expect(hashOf(entries(['a', '1'], ['b', '2']))).toBe(hashOf(entries(['b', '2'], ['a', '1'])));
  });

  it('has another hash for another entry, another policy, another default', () => {
    const base = entries(['a', '1']);
    const hashes = [base, entries(['a', '2']), { ...base, onNoEntry: 'Hold' }, { ...base, default: 'x' }].map(hashOf);
    expect(new Set(hashes).size).toBe(4);
  });
});

describe('toVersion', () => {
  it('belongs to nobody, so that it outlives its table, and never changes', () => {
    const table = aTable('groups');
    const version = toVersion(table, toContent(table));
    expect(version.metadata.ownerReferences).toBeUndefined();
    expect(version.metadata.name).toBe(`groups-${toContent(table).hash}`);
    expect(version.metadata.labels).toMatchObject({
      'app.kubernetes.io/managed-by': 'supercargo',
      'supercargo.dev/lookup-table': 'groups',
    });
    expect(version.immutable).toBe(true);
    expect(JSON.parse(version.data?.['lookup.json'] ?? '')).toEqual(toContent(table));
  });
});

describe('isReversible', () => {
  it('is a table in which every destination value occurs once', () => {
    expect(isReversible(toContent(aTable('t', entries(['a', '1'], ['b', '2']))))).toBe(true);
    expect(isReversible(toContent(aTable('t', entries(['a', '1'], ['b', '1']))))).toBe(false);
  });
});

describe('firstFinding', () => {
  it('finds nothing in a good table', () => expect(firstFinding(toContent(aTable('t')))).toBeNull());

  const rows: { name: string; spec: Record<string, unknown>; message: RegExp }[] = [
    { name: 'a value of blanks', spec: entries([' ', 'x']), message: /must not be blank.*"\(empty\)"/ },
    { name: 'values that differ in blanks only', spec: entries(['a', '1'], ['a ', '2']), message: /'a' occurs twice/ },
    {
      name: 'a table that no ConfigMap can hold',
      spec: {
        entries: Array.from({ length: 10_000 }, (_, n) => ({ from: `${n}`.padEnd(100, 'x'), to: 'y'.repeat(50) })),
      },
      message: /at most 1000000 bytes, has \d+/,
    },
  ];
  for (const { name, spec, message } of rows) {
    it(`names ${name}`, () =>
      expect(firstFinding(toContent(aTable('t', spec)))).toEqual({
        reason: 'InvalidSpec',
        message: expect.stringMatching(message),
      }));
  }
});
