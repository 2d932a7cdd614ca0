import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ask, type Reply } from '../../../test/servers/client.ts';
import fixture from '../fixtures/shop.json' with { type: 'json' };
import { type MagentoOptions, type MagentoSimulator, startMagento } from './start.ts';

let simulator: MagentoSimulator;

async function start(options: MagentoOptions = {}): Promise<void> {
  simulator = await startMagento(options);
  simulator.shop.customers.seed(fixture.customers);
  simulator.shop.customerGroups.seed(fixture.customerGroups);
}
beforeEach(() => start());
afterEach(() => simulator.close());

type Customer = Record<string, unknown> & { addresses: Record<string, unknown>[] };

const headers = { authorization: 'Bearer example-access-token', 'content-type': 'application/json' };
const read = async (id: number) =>
  (await ask(`${simulator.url}/rest/V1/customers/${id}`, { headers })).body as Customer;
const send = (id: number, body: unknown): Promise<Reply> =>
  ask(`${simulator.url}/rest/all/V1/customers/${id}`, { method: 'PUT', headers, body });
const put = (id: number, customer: unknown): Promise<Reply> => send(id, { customer });
const inAdmin = (id: number, values: unknown): Promise<Reply> =>
  ask(`${simulator.control}/collections/customers/${id}`, { method: 'PUT', body: values });
const addressIds = (customer: unknown) => (customer as Customer).addresses.map(({ id }) => id);
const before = '2026-11-02 17:03:09';

describe('PUT', () => {
  test('lays sent fields over the customer, in either spelling, and leaves the rest', async () => {
    const { status, body } = await put(1, { firstname: 'Anne', group_id: 2, websiteId: 1 });
    expect(status).toBe(200);
    expect(body).toMatchObject({ firstname: 'Anne', lastname: 'Lee', group_id: 2, default_billing: '81' });
    expect(addressIds(body)).toEqual([81, 82, 83]);
    expect(await read(1)).toEqual(body);
  });

  test('attributes: the listed ones are written, "" clears, one that nobody created is dropped', async () => {
    const attributes = (value: string) => ({
      custom_attributes: [
        { attribute_code: 'erp_number', value },
        { attribute_code: 'mood', value: 'good' },
      ],
    });
    expect((await put(1, attributes('C1'))).body).toMatchObject({
      custom_attributes: [{ attribute_code: 'erp_number', value: 'C1' }],
    });
    expect((await put(1, attributes(''))).body).toMatchObject({ custom_attributes: [] });
  });

  describe('addresses', () => {
    const york = { ...fixture.customers[0]?.addresses[2] };
    test.each([
      ['none sent: nothing happens', undefined, [81, 82, 83], '81'],
      ['an empty list deletes all', [], [], undefined],
      ['the ones not sent are deleted', [{ id: 81 }, { id: 83, city: 'Ripon' }], [81, 83], '81'],
      ['one without an id is created', [{ id: 81 }, { ...york, id: undefined }], [81, 86], '81'],
      ['a flag makes the default', [{ id: 81 }, { id: 83, default_billing: true }], [81, 83], '83'],
      ['a flag left out changes nothing', [{ id: 81 }], [81], '81'],
      ['false on the default clears it', [{ id: 81, default_billing: false }], [81], undefined],
      ['false elsewhere changes nothing', [{ id: 81 }, { id: 83, default_billing: false }], [81, 83], '81'],
      ['the default is deleted', [{ id: 83 }], [83], undefined],
    ])('%s', async (_, addresses, ids, billing) => {
      const { status, body } = await put(1, addresses ? { addresses } : {});
      expect(status).toBe(200);
      expect(addressIds(body)).toEqual(ids);
      expect((body as Customer).default_billing).toBe(billing);
    });

    test('an address keeps the fields that are left out', async () => {
      const { body } = await put(1, { addresses: [{ id: 81, city: 'Bradford' }] });
      expect((body as Customer).addresses).toMatchObject([
        { city: 'Bradford', company: 'Acme Ltd', postcode: 'LS1 1AA' },
      ]);
    });

    test('2.4.7 refused a default that was not among the sent ones', async () => {
      await simulator.close();
      await start({ refusesMissingDefault: true });
      const message = 'The %fieldName value is invalid. Set the correct value and try again.';
      expect(await put(1, { addresses: [{ id: 83 }] })).toMatchObject({ status: 400, body: { message } });
      expect(await put(1, { addresses: [{ id: 81 }, { id: 82 }] })).toMatchObject({ status: 200 });
    });
  });

  test.each([
    [
      'an e-mail of the same website',
      { email: 'NO.address@shop.example' },
      400,
      'A customer with the same email address already exists in an associated website.',
    ],
    ['an unknown group', { group_id: 9 }, 400, 'The specified customer group id does not exist.'],
    ['a required value', { firstname: '' }, 400, '"First Name" is a required value.'],
    [
      'an attribute without value',
      { custom_attributes: [{ attribute_code: 'erp_number' }] },
      400,
      'Value is not set for attribute code "erp_number"',
    ],
    ['a property without a setter', { colour: 'blue' }, 500, expect.stringContaining('Internal Error.')],
    [
      'a new address without its fields',
      { addresses: [{ city: 'York' }] },
      400,
      'One or more input exceptions have occurred.',
    ],
    [
      'a number that is none',
      { group_id: 'x' },
      400,
      expect.stringContaining('Error occurred during "group_id" processing.'),
    ],
  ])('refuses %s and changes nothing', async (_, values, status, message) => {
    const customer = await read(1);
    expect(await put(1, values)).toMatchObject({ status, body: { message } });
    expect(await read(1)).toEqual(customer);
  });

  test.each([
    ['{"customer":', 'Decoding error.'],
    ['{}', '"%fieldName" is required. Enter and try again.'],
  ])('refuses the body %s', async (body, message) => {
    expect(await send(1, body)).toMatchObject({ status: 400, body: { message } });
  });

  test('a customer that does not exist', async () => {
    const parameters = { fieldName: 'customerId', fieldValue: '99' };
    expect(await put(99, { firstname: 'X' })).toMatchObject({ status: 404, body: { parameters } });
  });
});

describe('updated_at', () => {
  const rows: [string, Record<string, unknown>, boolean][] = [
    ['a field', { firstname: 'Anne' }, true],
    ['the same value again', { firstname: 'Ann' }, false],
    ['an address', { addresses: [{ id: 81, city: 'Bradford' }, { id: 82 }, { id: 83 }] }, false],
    [
      'an address that becomes the default',
      { addresses: [{ id: 81 }, { id: 82 }, { id: 83, default_shipping: true }] },
      true,
    ],
    ['the newsletter', { extension_attributes: { is_subscribed: false } }, false],
    ['a custom attribute', { custom_attributes: [{ attribute_code: 'erp_number', value: 'C9' }] }, true],
  ];

  test.each(rows)('moves or not, by the API: %s', async (_, values, moves) => {
    await put(1, values);
    expect((await read(1)).updated_at !== before).toBe(moves);
  });

  test.each(rows)('moves or not, by a person: %s', async (_, values, moves) => {
    expect((await inAdmin(1, values)).status).toBe(200);
    expect((await read(1)).updated_at !== before).toBe(moves);
  });

  test("is the shop's time, UTC, to the second", async () => {
    simulator.clock.skewSeconds = 3600;
    await inAdmin(1, { firstname: 'Anne' });
    const moved = String((await read(1)).updated_at);
    expect(moved).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    expect(Math.abs(Date.parse(`${moved.replace(' ', 'T')}Z`) - Date.now() - 3_600_000)).toBeLessThan(5_000);
  });

  test('is what a person says, where one says it', async () => {
    await inAdmin(1, { firstname: 'Anne', updated_at: '2026-01-01 00:00:00' });
    expect(await read(1)).toMatchObject({ updated_at: '2026-01-01 00:00:00' });
  });
});

describe('collections', () => {
  test('a person creates and deletes a customer', async () => {
    await inAdmin(7, { email: 'new@shop.example', firstname: 'New', lastname: 'Comer' });
    expect(await read(7)).toMatchObject({
      id: 7,
      group_id: 1,
      website_id: 1,
      addresses: [],
      created_at: expect.any(String),
    });
    await ask(`${simulator.control}/collections/customers/7`, { method: 'DELETE' });
    expect(await read(7)).toMatchObject({ message: expect.stringContaining('No such entity') });
  });

  test('a seed without times has the present one, one with an unknown attribute makes it known', async () => {
    const attributes = [{ attribute_code: 'mood', value: 'good' }];
    simulator.shop.customers.seed([
      { id: 8, email: 'm@shop.example', firstname: 'M', lastname: 'N', custom_attributes: attributes },
    ]);
    expect(await read(8)).toMatchObject({ custom_attributes: attributes, updated_at: expect.stringMatching(/^20/) });
    expect((await put(8, { custom_attributes: [{ attribute_code: 'mood', value: 'bad' }] })).body).toMatchObject({
      custom_attributes: [{ value: 'bad' }],
    });
  });

  test('an entity without an e-mail is refused', async () => {
    const reply = await ask(`${simulator.control}/collections/customers`, { method: 'POST', body: [{ id: 9 }] });
    expect(reply).toMatchObject({ status: 400, body: { error: 'customers: id or email is missing' } });
  });

  test('reset leaves the layout of a new shop and nothing else', async () => {
    await ask(`${simulator.control}/reset`, { method: 'POST' });
    const { body } = await ask(`${simulator.control}/collections`);
    expect(body).toEqual({
      customers: 0,
      customerGroups: 0,
      taxClasses: 0,
      websites: 2,
      storeGroups: 2,
      storeViews: 2,
    });
  });
});

test('too many requests are told as the shop tells them', async () => {
  await ask(`${simulator.control}/limits`, { method: 'POST', body: { requests: 0 } });
  const reply = await ask(`${simulator.url}/rest/V1/customers/1`, { headers });
  expect(reply).toMatchObject({ status: 429, body: { message: 'Too Many Requests', trace: null } });
});
