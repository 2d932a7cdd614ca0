import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { compileMapping } from '../../crds/mapping.ts';
import type { MappingRule } from '../../crds/mapping-rule.ts';
import type { LookupContent } from '../../crds/plan.ts';
import { toLookupTable } from './lookup.ts';
import { recordMapper } from './mapping.ts';

const text = z.string().max(10).nullable().optional();
const source = z.object({
  key: z.string(),
  group: text,
  name: text,
  count: z.string().optional(),
  tags: z.array(z.string()).optional(),
});
const destination = z.object({
  name: text,
  code: z.string().max(6).nullable().optional(),
  flag: z.boolean().optional(),
});

const table: LookupContent = {
  table: 'groups',
  hash: 'h',
  onNoEntry: 'Fail',
  entries: [
    { from: ' General ', to: 'RETAIL' },
    { from: 'Wholesale', to: 'WHOL' },
  ],
};

interface Row {
  name: string;
  record?: Record<string, unknown>;
  rules?: MappingRule[];
  table?: Partial<LookupContent>;
  mandatory?: string[];
  destination?: z.ZodObject;
  want?: Record<string, unknown>;
  problem?: Record<string, unknown>;
}

function map({ record, rules = [], table: changed, mandatory = [], destination: other }: Row) {
  const facts = { record: other ?? destination, mandatoryLookups: [] as string[] };
  const { mapping, problems } = compileMapping(rules, { record: source }, facts);
  if (mapping === null) throw new Error(problems[0]?.message);
  const tables = new Map([['groups', toLookupTable({ ...table, ...changed })]]);
  return recordMapper(mapping, tables, { ...facts, mandatoryLookups: mandatory })({
    record: { key: '1', ...record },
    source: { system: 'magento', host: 'shop.example.com' },
    run: { time: '2026-01-01T00:00:00Z' },
  });
}

const lookup: MappingRule = { set: 'code', from: 'group', lookup: { name: 'groups' } };
const withPolicy = (onNoEntry: LookupContent['onNoEntry']): MappingRule[] => [
  { set: 'code', from: 'group', lookup: { name: 'groups', onNoEntry } },
];

const rows: Row[] = [
  { name: 'a field goes to the field of the same name', record: { name: 'Ann' }, want: { name: 'Ann' } },
  { name: 'a field that is absent is not touched', record: {}, want: {} },
  { name: 'a field that is known to be empty is emptied', record: { name: null }, want: { name: null } },
  {
    name: 'text is passed on character for character',
    record: { name: ' Ann \u00e9 ' },
    want: { name: ' Ann \u00e9 ' },
  },
  { name: 'a value is translated', record: { group: 'Wholesale' }, rules: [lookup], want: { code: 'WHOL' } },
  {
    name: 'blanks around the value and the entry do not count',
    record: { group: ' General' },
    rules: [lookup],
    want: { code: 'RETAIL' },
  },
  {
    name: 'case counts',
    record: { group: 'wholesale' },
    rules: [lookup],
    problem: { outcome: 'Failed', code: 'MissingLookup', field: 'code' },
  },
  {
    name: 'a miss names table and value',
    record: { group: 'VIP' },
    rules: [lookup],
    problem: { message: 'code: lookup groups has no entry for "VIP"' },
  },
  {
    name: 'an empty value is a miss',
    record: { group: '  ' },
    rules: [lookup],
    problem: { code: 'MissingLookup', message: expect.stringMatching(/empty value/) },
  },
  {
    name: 'an absent value is a miss',
    record: {},
    rules: [lookup],
    problem: { code: 'MissingLookup' },
  },
  {
    name: 'the entry "(empty)" stands for an empty value',
    record: { group: null },
    rules: [lookup],
    table: { entries: [{ from: '(empty)', to: 'NONE' }] },
    want: { code: 'NONE' },
  },
  {
    name: 'Hold holds the record',
    record: { group: 'VIP' },
    rules: [lookup],
    table: { onNoEntry: 'Hold' },
    problem: { outcome: 'Held', reason: 'MissingLookup', field: 'code' },
  },
  {
    name: 'Default gives the default of the table',
    record: { group: 'VIP' },
    rules: [lookup],
    table: { onNoEntry: 'Default', default: 'OTHER' },
    want: { code: 'OTHER' },
  },
  {
    name: 'PassThrough gives the value itself',
    record: { group: 'VIP' },
    rules: [lookup],
    table: { onNoEntry: 'PassThrough' },
    want: { code: 'VIP' },
  },
  {
    name: "a rule's policy goes before the table's",
    record: { group: 'VIP' },
    rules: withPolicy('PassThrough'),
    want: { code: 'VIP' },
  },
  {
    name: 'Default without a default fails: nothing is made up',
    record: { group: 'VIP' },
    rules: withPolicy('Default'),
    problem: { outcome: 'Failed', code: 'MissingLookup' },
  },
  {
    name: 'a lookup that the destination requires never lets a miss through, whatever the table says',
    record: { group: 'VIP' },
    rules: [lookup],
    table: { onNoEntry: 'PassThrough' },
    mandatory: ['code'],
    problem: { outcome: 'Failed', code: 'MissingLookup' },
  },
  {
    name: 'a lookup that the destination requires may hold',
    record: { group: 'VIP' },
    rules: [lookup],
    table: { onNoEntry: 'Hold' },
    mandatory: ['code'],
    problem: { outcome: 'Held' },
  },
  {
    name: 'a default takes the place of an empty input before the lookup',
    record: { group: '' },
    rules: [{ ...lookup, default: 'General' }],
    want: { code: 'RETAIL' },
  },
  {
    name: 'a default leaves a value alone',
    record: { group: 'Wholesale' },
    rules: [{ ...lookup, default: 'General' }],
    want: { code: 'WHOL' },
  },
  {
    name: 'a required field without a value fails',
    record: { name: ' ' },
    rules: [{ set: 'name', from: 'name', required: true }],
    problem: { outcome: 'Failed', code: 'Required', field: 'name' },
  },
  {
    name: 'a field that the destination requires and nothing fills fails',
    destination: z.object({ name: text, number: z.string() }),
    problem: { code: 'Required', field: 'number' },
  },
  {
    name: 'what is too long is never cut: the failure names field, length and limit',
    record: { group: 'Wholesale' },
    rules: [lookup],
    table: { entries: [{ from: 'Wholesale', to: 'WHOLESALE' }] },
    problem: { code: 'Validation', field: 'code', message: 'code: 9 characters, at most 6 fit' },
  },
  {
    name: 'a number of an expression becomes text',
    record: { tags: ['a', 'b'] },
    rules: [{ set: 'code', expression: 'size(record.tags)' }],
    want: { code: '2' },
  },
  {
    name: 'a constant becomes what the field holds',
    rules: [{ set: 'flag', constant: 'true' }],
    want: { flag: true },
  },
  {
    name: 'a result of the wrong type is a fault of the mapping',
    rules: [{ set: 'code', expression: "record.group == 'x'" }],
    problem: { code: 'Mapping', field: 'code' },
  },
  {
    name: 'an expression that fails on a record is a fault of the mapping',
    record: { count: 'many' },
    rules: [{ set: 'code', expression: 'string(int(record.count))' }],
    problem: { code: 'Mapping', field: 'code' },
  },
  {
    name: 'a failure goes before a reason to hold',
    record: { group: 'VIP', name: 'far too long a name' },
    rules: [lookup],
    table: { onNoEntry: 'Hold' },
    problem: { outcome: 'Failed', code: 'Validation', field: 'name' },
  },
];

describe('recordMapper', () => {
  for (const row of rows) {
    it(row.name, () => {
      const { record, problem } = map(row);
      if (row.problem) expect(problem).toMatchObject(row.problem);
      else expect({ problem, record }).toEqual({ problem: null, record: row.want });
    });
  }

  it('tells for every field which rule and which row made it', () => {
    const { fields } = map({ name: '', record: { group: 'Wholesale', name: 'Ann' }, rules: [lookup] });
    expect(fields).toEqual([
      {
        set: 'code',
        origin: 'from group',
        input: 'Wholesale',
        defaulted: false,
        lookup: { table: 'groups', translation: { kind: 'Entry', to: 'WHOL', row: 2 } },
        value: 'WHOL',
      },
      { set: 'name', origin: 'same name', input: 'Ann', defaulted: false, value: 'Ann' },
    ]);
  });
});
