import { describe, expect, it } from '@jest/globals';
import { catalogue } from '../connectors/index.ts';
import { compileMapping } from './mapping.ts';
import type { MappingRule } from './mapping-rule.ts';

const source = catalogue.magento.facts.streams.customers.source;
const destination = catalogue.sage300.facts.streams.customers.destination;
const lookups: MappingRule[] = [
  { set: 'groupCode', from: 'group', lookup: { name: 'customer-groups' } },
  { set: 'taxGroup', from: 'taxClass', lookup: { name: 'tax-groups' } },
];
const scope = {
  record: { key: '1', updatedTime: '2026-01-01T00:00:00Z', email: 'a@b.test', firstName: 'Ann', billingAddress: null },
  source: { system: 'magento', host: 'shop.example.com' },
  run: { time: '2026-01-01T00:00:00Z' },
};

describe('compileMapping', () => {
  const refused: { name: string; rules: MappingRule[]; reason: string; message: RegExp }[] = [
    {
      name: 'names the nearest destination field',
      rules: [...lookups, { set: 'groupcode', constant: 'x' }],
      reason: 'InvalidMapping',
      message: /no field 'groupcode': did you mean 'groupCode'\?/,
    },
    {
      name: 'names the nearest source field',
      rules: [...lookups, { set: 'phone', from: 'billingAddress.fone' }],
      reason: 'InvalidMapping',
      message: /no field 'fone': did you mean 'phone'\?/,
    },
    ...['toString', 'constructor', '__proto__', 'billingAddress.toString'].map(from => ({
      name: `refuses ${from}, which every object has and no record owns`,
      rules: [...lookups, { set: 'phone', from }],
      reason: 'InvalidMapping',
      message: /the source has no field/,
    })),
    {
      name: 'refuses an expression that does not parse',
      rules: [...lookups, { set: 'phone', expression: 'record.phone +' }],
      reason: 'InvalidMapping',
      message: /does not compile/,
    },
    {
      name: 'refuses an expression over an unknown field, because a typo must not wait for a record',
      rules: [...lookups, { set: 'phone', expression: 'record.fone' }],
      reason: 'InvalidMapping',
      message: /does not compile/,
    },
    {
      name: 'refuses matches, because its time has no bound',
      rules: [...lookups, { set: 'phone', expression: "record.phone.matches('a+') ? 'x' : 'y'" }],
      reason: 'InvalidMapping',
      message: /`matches` is not available/,
    },
    {
      name: 'refuses macros three deep',
      rules: [
        ...lookups,
        { set: 'phone', expression: "record.tags.all(a, record.tags.all(b, record.tags.all(c, c == a))) ? 'x' : 'y'" },
      ],
      reason: 'InvalidMapping',
      message: /macros may be nested 2 deep/,
    },
    {
      name: 'asks for a lookup that the destination requires',
      rules: lookups.slice(1),
      reason: 'MappingIncomplete',
      message: /requires a rule for 'groupCode'/,
    },
    {
      name: 'refuses to pass a miss of a required lookup through',
      rules: [
        { set: 'groupCode', from: 'group', lookup: { name: 'g', onNoEntry: 'PassThrough' } },
        ...lookups.slice(1),
      ],
      reason: 'InvalidMapping',
      message: /must be 'Fail' or 'Hold'/,
    },
  ];
  for (const row of refused) {
    it(row.name, () => {
      const { problems } = compileMapping(row.rules, source, destination);
      expect(problems.map(problem => problem.reason)).toEqual([row.reason]);
      expect(problems[0]?.message).toMatch(row.message);
    });
  }

  it('takes fields of the same name and reads absent text as empty in expressions', () => {
    const { mapping } = compileMapping(
      [
        ...lookups,
        {
          set: 'shortName',
          expression: "record.lastName + record.firstName + (has(record.billingAddress) ? 'x' : '')",
        },
      ],
      source,
      destination,
    );
    const value = (set: string) => mapping?.fields.find(field => field.set === set)?.input(scope);
    expect(value('email')).toBe('a@b.test');
    expect(value('shortName')).toBe('Ann');
    expect(mapping?.tables).toEqual(['customer-groups', 'tax-groups']);
  });

  it('reads paths, and nothing that the record does not own', () => {
    const { mapping } = compileMapping(
      [...lookups, { set: 'terms', from: 'attributes.constructor' }, { set: 'company', from: 'source.host' }],
      source,
      destination,
    );
    const value = (set: string) =>
      mapping?.fields
        .find(field => field.set === set)
        ?.input({ ...scope, record: { ...scope.record, attributes: {} } });
    expect(value('terms')).toBeUndefined();
    expect(value('company')).toBe('shop.example.com');
  });
});
