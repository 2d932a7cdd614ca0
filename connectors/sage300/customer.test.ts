import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { difference, wantedProperties } from './customer.ts';
import { sage300 } from './facts.ts';

const body = (record: Record<string, unknown>, current: Record<string, unknown> = {}) =>
  difference(current, wantedProperties(record));

describe('wanted properties', () => {
  test.each([
    {
      record: { company: 'Acme Ltd', firstName: 'Ann', lastName: 'Lee' },
      name: 'Acme Ltd',
      contact: 'Ann Lee',
      why: 'a company is the customer, a person the contact',
    },
    {
      record: { company: '  ', firstName: ' Ann ', middleName: 'B', lastName: 'Lee' },
      name: 'Ann Lee',
      contact: 'Ann B Lee',
      why: 'a blank company is none',
    },
    {
      record: { company: null, lastName: 'Lee' },
      name: 'Lee',
      contact: 'Lee',
      why: 'nothing is made up for a missing part',
    },
    { record: { company: 'Acme Ltd' }, name: 'Acme Ltd', contact: undefined, why: 'the contact is not mapped' },
    {
      record: { company: null, firstName: null, middleName: '', lastName: null },
      name: undefined,
      contact: '',
      why: 'the name of a customer is never cleared, the contact is',
    },
    { record: {}, name: undefined, contact: undefined, why: 'nothing is mapped' },
  ])('$why', ({ record, name, contact }) => {
    const wanted = Object.fromEntries(wantedProperties(record).map(({ property, value }) => [property.name, value]));
    expect([wanted.CustomerName, wanted.ContactName]).toEqual([name, contact]);
  });

  test.each([
    {
      record: { email: `${'a'.repeat(45)}@x.test` },
      field: 'email',
      says: 'email: Email would be 52 characters long, Sage 300 holds 50',
    },
    { record: { company: 'x'.repeat(61) }, field: 'company', says: 'CustomerName would be 61' },
    {
      record: { company: 'Acme', firstName: 'x'.repeat(40), lastName: 'y'.repeat(40) },
      field: 'lastName',
      says: 'ContactName would be 81',
    },
    { record: { groupCode: 'WHOLESALE' }, field: 'groupCode', says: 'GroupCode would be 9' },
    { record: { groupCode: '' }, field: 'groupCode', says: 'must not be empty' },
    { record: { taxGroup: null }, field: 'taxGroup', says: 'must not be empty' },
  ])('a value that does not fit is the error of the record: $says', ({ record, field, says }) => {
    expect(() => wantedProperties(record)).toThrow(
      expect.objectContaining({
        name: 'RecordError',
        code: 'Validation',
        field,
        message: expect.stringContaining(says),
      }),
    );
  });

  test('the limits are those the facts declare', () => {
    const schema = z.toJSONSchema(sage300.streams.customers.destination.record, { io: 'input' });
    for (const [field, declared] of Object.entries(schema.properties ?? {})) {
      const limit = (declared as { anyOf: { maxLength?: number }[] }).anyOf[0]?.maxLength ?? 0;
      const fits = field === 'phone' ? '1'.repeat(limit) : 'X'.repeat(limit);
      expect(() => wantedProperties({ [field]: fits })).not.toThrow();
      expect(() => wantedProperties({ [field]: `${fits}1` })).toThrow('Sage 300 holds');
    }
  });
});

describe('difference', () => {
  test.each([
    {
      record: { email: 'a@x.test' },
      current: { Email: 'a@x.test ' },
      want: null,
      why: 'blanks at the end are padding',
    },
    {
      record: { email: 'A@x.test' },
      current: { Email: 'a@x.test' },
      want: { Email: 'A@x.test' },
      why: 'case of a text counts',
    },
    { record: { groupCode: 'retail' }, current: { GroupCode: 'RETAIL' }, want: null, why: 'codes are upper case' },
    {
      record: { phone: '+44 (0)113 000-000' },
      current: { PhoneNumber: '(440) 113-000000' },
      want: null,
      why: 'Sage formats phones for display',
    },
    {
      record: { phone: '0113 2' },
      current: { PhoneNumber: '(011) 31' },
      want: { PhoneNumber: '01132' },
      why: 'phones are sent as digits',
    },
    {
      record: { phone: 'on request' },
      current: { PhoneNumber: '0113' },
      want: null,
      why: 'a phone without a digit says nothing',
    },
    { record: { phone: null }, current: { PhoneNumber: '0113' }, want: { PhoneNumber: '' }, why: 'null clears' },
    {
      record: { taxNumber: '' },
      current: { TaxRegistrationNumber1: 'GB1' },
      want: { TaxRegistrationNumber1: '' },
      why: '"" clears',
    },
    { record: { taxNumber: null }, current: {}, want: null, why: 'what is not there is clear already' },
    { record: {}, current: { Email: 'a@x.test' }, want: null, why: 'what is not mapped is left alone' },
  ])('$why', ({ record, current, want }) => {
    expect(body(record, current)).toEqual(want);
  });

  test('a new group comes first and brings along what it would overwrite', () => {
    const record = { taxGroup: 'GSTON', terms: 'N30', email: 'a@x.test', company: 'Acme', groupCode: 'WHOL' };
    const current = { GroupCode: 'RETAIL', TaxGroup: 'GSTON', Terms: 'N30', Email: 'a@x.test', CustomerName: 'Old' };
    const change = body(record, current);
    expect(Object.entries(change ?? {})).toEqual([
      ['GroupCode', 'WHOL'],
      ['CustomerName', 'Acme'],
      ['Terms', 'N30'],
      ['TaxGroup', 'GSTON'],
    ]);
  });
});
