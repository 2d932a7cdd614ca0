import { describe, expect, it } from '@jest/globals';
import type { ConnectionResource } from '../../crds/connection.ts';
import type { LookupTableResource } from '../../crds/lookup-table.ts';
import {
  aConnection,
  aPublishedTable,
  aSage,
  aTable,
  aTask,
  aWorkflow,
  isReady,
} from '../../test/builders/resources.ts';
import { type Definition, firstFinding } from './checks.ts';

const byName = <T extends { metadata: { name: string } }>(...all: T[]) =>
  new Map(all.map(one => [one.metadata.name, one]));

interface Given {
  spec?: Record<string, unknown>;
  connections?: ConnectionResource[];
  tables?: LookupTableResource[];
}

function definition({ spec, connections, tables }: Given): Definition {
  return {
    spec: aWorkflow(spec).spec,
    connections: byName(...(connections ?? [aConnection('magento'), aSage()])),
    tables: byName(...(tables ?? [aPublishedTable('customer-groups', 'a'), aPublishedTable('tax-groups', 'b')])),
  };
}

const task = (more: Record<string, unknown>): Given => ({ spec: { tasks: [aTask(more)] } });

describe('firstFinding', () => {
  it('finds nothing in the example', () => expect(firstFinding(definition({}))).toBeNull());

  const rows: { name: string; given: Given; reason: string; message: RegExp; passing?: true }[] = [
    {
      name: 'a schedule of four fields',
      given: { spec: { schedule: '*/5 * * *' } },
      reason: 'InvalidSchedule',
      message: /five fields/,
    },
    {
      name: 'a schedule that never fires',
      given: { spec: { schedule: '0 0 31 2 *' } },
      reason: 'InvalidSchedule',
      message: /never fires/,
    },
    {
      name: 'a time zone that is none',
      given: { spec: { timeZone: 'Europe/Lundon' } },
      reason: 'InvalidTimeZone',
      message: /'Europe\/Lundon'/,
    },
    {
      name: 'a start date that the calendar does not have: the schema sees digits only',
      given: task({ from: { connectionRef: { name: 'magento' }, stream: 'customers', startDate: '2026-02-31' } }),
      reason: 'InvalidSpec',
      message: /task 'customers': `startDate` '2026-02-31' is no date/,
    },
    {
      name: 'a connection that is missing, which may come in a moment',
      given: { connections: [aSage()] },
      reason: 'ConnectionNotFound',
      message: /'magento'/,
      passing: true,
    },
    {
      name: 'a connection that cannot work as it stands',
      given: {
        connections: [
          aConnection('magento', {}, { status: { conditions: [isReady('False', 'InvalidSpec')] } }),
          aSage(),
        ],
      },
      reason: 'DependencyNotReady',
      message: /'magento'/,
    },
    {
      name: 'a stream the system does not have',
      given: task({ to: { connectionRef: { name: 'sage300' }, stream: 'customer' } }),
      reason: 'StreamNotFound',
      message: /no stream 'customer' \(`to`\): did you mean 'customers'\?/,
    },
    {
      name: 'a stream that can only be written',
      given: task({ from: { connectionRef: { name: 'sage300' }, stream: 'customers' } }),
      reason: 'CapabilityMissing',
      message: /Sage 300 cannot be read from/,
    },
    {
      name: 'a stream that can only be read',
      given: task({ to: { connectionRef: { name: 'magento' }, stream: 'customers' } }),
      reason: 'CapabilityMissing',
      message: /Magento 2 cannot be written to/,
    },
    {
      name: 'a method the destination cannot do, naming those it can',
      given: task({ method: 'CreateAndUpdate' }),
      reason: 'CapabilityMissing',
      message: /one of 'None', 'Update', not 'CreateAndUpdate'.*cannot create/,
    },
    {
      name: 'a match by a field that records cannot be found by',
      given: task({ match: [['email'], ['phone']] }),
      reason: 'InvalidSpec',
      message: /`match` 'phone': did you mean 'email'\?/,
    },
    {
      name: 'a rule for an unknown field, naming the nearest',
      given: task({ mapping: [...(aTask().mapping as object[]), { set: 'fone', constant: 'x' }] }),
      reason: 'InvalidMapping',
      message: /'fone': did you mean 'phone'\?/,
    },
    {
      name: 'a mandatory lookup that no rule fills',
      given: task({ mapping: [] }),
      reason: 'MappingIncomplete',
      message: /'groupCode'.*; .*'taxGroup'/,
    },
    {
      name: 'a lookup table that is missing, which may come in a moment',
      given: { tables: [aPublishedTable('tax-groups', 'b')] },
      reason: 'LookupTableNotFound',
      message: /'customer-groups'/,
      passing: true,
    },
    {
      name: 'a lookup table nobody has looked at yet',
      given: { tables: [aTable('customer-groups'), aPublishedTable('tax-groups', 'b')] },
      reason: 'DependencyNotReady',
      message: /'customer-groups' to be published/,
      passing: true,
    },
    {
      name: 'a lookup table that turned bad, although runs go on with its last version',
      given: {
        tables: [
          aTable('customer-groups', {}, { version: 'a', conditions: [isReady('False', 'InvalidSpec')] }),
          aPublishedTable('tax-groups', 'b'),
        ],
      },
      reason: 'DependencyNotReady',
      message: /'customer-groups' to be ready/,
    },
  ];
  for (const { name, given, reason, message, passing } of rows) {
    it(`names ${name}`, () => {
      const finding = firstFinding(definition(given));
      expect(finding).toMatchObject({ reason, message: expect.stringMatching(message) });
      expect(finding?.passing).toBe(passing);
    });
  }

  it('is not troubled by a connection whose credentials are refused: the definition is good', () => {
    const refused = aConnection('magento', {}, { status: { conditions: [isReady('False', 'CredentialsRefused')] } });
    expect(firstFinding(definition({ connections: [refused, aSage()] }))).toBeNull();
  });

  it('is not troubled by what an earlier generation of a connection was', () => {
    const mended = aConnection(
      'magento',
      {},
      { metadata: { generation: 2 }, status: { conditions: [isReady('False', 'InvalidSpec', 1)] } },
    );
    expect(firstFinding(definition({ connections: [mended, aSage()] }))).toBeNull();
  });
});
