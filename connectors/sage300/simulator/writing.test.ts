import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ask, type Reply } from '../../../test/servers/client.ts';
import fixture from '../fixtures/company.json' with { type: 'json' };
import { type Sage300Simulator, startSage300 } from './start.ts';

let simulator: Sage300Simulator;

beforeEach(async () => {
  simulator = await startSage300();
  for (const [name, entities] of Object.entries(fixture)) simulator.company.of(name).seed(entities);
});
afterEach(() => simulator.close());

const headers = {
  authorization: `Basic ${Buffer.from('WEBAPI:example-password').toString('base64')}`,
  'content-type': 'application/json',
};
const send = (method: string, resource: string, body?: unknown): Promise<Reply> =>
  ask(`${simulator.url}/Sage300WebApi/v1.0/-/SAMLTD/AR/${resource}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
  });
const read = async (resource: string) => (await send('GET', resource)).body as Record<string, unknown>;
const create = (values: Record<string, unknown>) => send('POST', 'ARCustomers', values);
const patch = (values: Record<string, unknown>, key = '1200') => send('PATCH', `ARCustomers('${key}')`, values);
const code = (name: string) => ({ error: { code: name } });
const today = () => `${new Date().toISOString().slice(0, 10)}T00:00:00Z`;

/** The smallest body Sage publishes. */
const smallest = { CustomerNumber: 'Z_POSTMAN', GroupCode: 'RTL', TaxGroup: 'GBVAT', ShortName: 'Old Name' };

describe('POST', () => {
  test('answers the whole entity, keys folded to upper case', async () => {
    const { status, body } = await create({ ...smallest, CustomerNumber: 'z_postman' });
    expect(status).toBe(201);
    expect(body).toMatchObject({ ...smallest, Status: 'Active', DateLastMaintained: today() });
    expect(await read("ARCustomers('z_postman')")).toEqual(body);
  });

  test('a second one with the key is a duplicate', async () => {
    await create(smallest);
    expect(await create({ ...smallest, CustomerNumber: 'z_Postman' })).toMatchObject({
      status: 409,
      body: code('RecordDuplicate'),
    });
  });

  test('the group fills what comes before it in the body, and not what comes after', async () => {
    const own = { TaxGroup: 'EXEMPT', Terms: 'N30', AccountSet: 'OWN' };
    const after = (await create({ CustomerNumber: 'W1', GroupCode: 'RTL', ShortName: 'x', ...own })).body;
    expect(after).toMatchObject({ ...own, BillingCycle: 'BILLWK', PrintStatements: 'Yes' });
    const before = (await create({ CustomerNumber: 'W2', ...own, ShortName: 'x', GroupCode: 'RTL' })).body;
    expect(before).toMatchObject({ TaxGroup: 'GBVAT', Terms: 'CASH', AccountSet: 'RETAIL' });
  });

  test.each([
    ['no number', { CustomerNumber: undefined }, 'RecordInvalid'],
    ['no group', { GroupCode: undefined }, 'RecordInvalid'],
    ['an unknown group', { GroupCode: 'NONE' }, 'RecordInvalid'],
    ['an inactive group', { GroupCode: 'OLD' }, 'RecordInvalid'],
    ['an unknown tax group', { TaxGroup: 'NONE' }, 'RecordInvalid'],
    ['unknown terms', { Terms: 'NONE' }, 'RecordInvalid'],
    ['an unknown property', { EmailAddress: 'x' }, 'InvalidPayload'],
  ])('refuses %s', async (_, changes, name) => {
    expect(await create({ ...smallest, ...changes })).toMatchObject({ body: code(name) });
    expect(await send('GET', "ARCustomers('Z_POSTMAN')")).toMatchObject({ status: 404 });
  });

  test('checks no reference to what was never seeded', async () => {
    for (const name of ['ARCustomerGroups', 'TXTaxGroups', 'ARTerms']) simulator.company.of(name).clear();
    expect(await create({ ...smallest, GroupCode: 'ANY', TaxGroup: 'ANY', Terms: 'ANY' })).toMatchObject({
      status: 201,
    });
  });

  test("a ship-to location needs its customer; '$template' shows an empty one", async () => {
    const location = { CustomerNumber: '1210', ShipToLocationKey: '0012xk', Description: 'Depot' };
    expect(await send('POST', 'ARShipToLocations', location)).toMatchObject({
      status: 201,
      body: { ShipToLocationKey: '0012XK' },
    });
    expect(await send('POST', 'ARShipToLocations', { ...location, CustomerNumber: 'none' })).toMatchObject({
      body: code('RecordInvalid'),
    });
    expect(await send('POST', "ARShipToLocations('$template')", {})).toMatchObject({
      status: 200,
      body: { City: '', PrimaryShipToIndicator: 'No' },
    });
    expect(await send('POST', "ARShipToLocations('$process')", {})).toMatchObject({ body: code('InvalidAction') });
  });
});

describe('PATCH', () => {
  test('changes what is sent, moves the date, answers nothing', async () => {
    const before = await read("ARCustomers('1200')");
    expect(await patch({ City: 'Leeds', Email: '' })).toMatchObject({ status: 204, body: '' });
    expect(await read("ARCustomers('1200')")).toEqual({
      ...before,
      City: 'Leeds',
      Email: '',
      DateLastMaintained: today(),
    });
  });

  test('the date is that of the server', async () => {
    simulator.clock.skewSeconds = 3 * 86_400;
    await patch({ City: 'Leeds' });
    const { DateLastMaintained } = await read("ARCustomers('1200')");
    expect(Date.parse(String(DateLastMaintained)) - Date.parse(today())).toBe(3 * 86_400_000);
  });

  test('the same group again fills nothing, another one does', async () => {
    await patch({ Terms: 'CASH', GroupCode: 'WHL' });
    expect(await read("ARCustomers('1200')")).toMatchObject({ Terms: 'CASH' });
    await patch({ Terms: 'CASH', TaxGroup: 'EXEMPT', GroupCode: 'RTL' });
    expect(await read("ARCustomers('1200')")).toMatchObject({ TaxGroup: 'GBVAT', BillingCycle: 'BILLWK' });
  });

  test.each([
    ['a text of 61 characters', { CustomerName: 'x'.repeat(61) }, 409, 'RecordInvalid'],
    ['its number', { CustomerNumber: '1201' }, 409, 'RecordInvalid'],
    ['its currency', { CurrencyCode: 'USD' }, 409, 'RecordInvalid'],
    ['a balance', { AmountPastDue: 5 }, 409, 'RecordInvalid'],
    ['an unknown group', { GroupCode: 'NONE' }, 409, 'RecordInvalid'],
    [
      'an optional field that is not set up',
      { CustomerOptionalFieldValues: [{ OptionalField: 'COLOUR', Value: 'x' }] },
      409,
      'RecordInvalid',
    ],
    ['an unknown property', { InvalidProperty: 'Some Value' }, 400, 'InvalidPayload'],
    ['an unknown property of a detail', { CustomerOptionalFieldValues: [{ Name: 'x' }] }, 400, 'InvalidPayload'],
    ['a number where text is wanted', { City: 5 }, 400, 'InvalidPayload'],
    ['text where a number is wanted', { CreditLimitCustomerCurrency: '5' }, 400, 'InvalidPayload'],
    ['a member that is none', { OnHold: 'Perhaps' }, 400, 'InvalidPayload'],
    ['a date that is none', { StartDate: 'soon' }, 400, 'InvalidPayload'],
  ])('refuses %s and changes nothing', async (_, values, status, name) => {
    const before = await read("ARCustomers('1200')");
    expect(await patch(values)).toMatchObject({ status, body: code(name) });
    expect(await read("ARCustomers('1200')")).toEqual(before);
  });

  test('a customer of an inactive group cannot be edited', async () => {
    expect(await patch({ City: 'Leeds' }, '1500')).toMatchObject({ status: 409, body: code('RecordInvalid') });
  });

  test.each([
    ['no JSON', "ARCustomers('1200')", '{"City":', 400, 'InvalidPayload'],
    ['a list', "ARCustomers('1200')", [], 400, 'InvalidPayload'],
    ['an unknown key', "ARCustomers('none')", {}, 404, 'RecordNotFound'],
    ['the collection', 'ARCustomers', {}, 405, 'MethodNotAllowed'],
  ])('%s', async (_, resource, body, status, name) => {
    expect(await send('PATCH', resource, body)).toMatchObject({ status, body: code(name) });
  });

  test('details: inserted, updated, deleted as each says; the others stay', async () => {
    const detail = (UpdateOperation: string, Value = 'x') => ({
      CustomerOptionalFieldValues: [{ CustomerNumber: '1200', OptionalField: 'WEBID', Value, UpdateOperation }],
    });
    const value = async () =>
      ((await read("ARCustomers('1200')")).CustomerOptionalFieldValues as { Value: string }[]).map(
        ({ Value }) => Value,
      );
    expect(await patch(detail('Insert'))).toMatchObject({ body: code('RecordDuplicate') });
    await patch(detail('Update', 'm2-1-9'));
    expect(await value()).toEqual(['m2-1-9']);
    await patch({ City: 'Leeds' });
    expect(await value()).toEqual(['m2-1-9']);
    await patch(detail('Delete'));
    expect(await value()).toEqual([]);
    expect(await patch(detail('Update'))).toMatchObject({ body: code('RecordInvalid') });
    await patch(detail('Unspecified', 'again'));
    expect(await value()).toEqual(['again']);
  });
});

test('PUT keeps fields but purges details that are not sent', async () => {
  expect(await send('PUT', "ARCustomers('1200')", { ShortName: 'New Name' })).toMatchObject({ status: 204, body: '' });
  const after = await read("ARCustomers('1200')");
  expect(after).toMatchObject({
    ShortName: 'New Name',
    CustomerName: 'Hallam Tools Ltd',
    CustomerOptionalFieldValues: [],
  });
});

test('DELETE takes the ship-to locations along', async () => {
  expect(await send('DELETE', "ARCustomers('1200')")).toMatchObject({ status: 204, body: '' });
  expect(await send('DELETE', "ARCustomers('1200')")).toMatchObject({ status: 404, body: code('RecordNotFound') });
  expect(await send('GET', "ARShipToLocations('1200','OFFICE')")).toMatchObject({ status: 404 });
});

describe('the control API', () => {
  const control = (path: string, method = 'GET', body?: unknown) =>
    ask(`${simulator.control}${path}`, { method, ...(body === undefined ? {} : { body }) });

  test('a person changes what the API would refuse, and the date moves', async () => {
    const { body } = await control('/collections/ARCustomers/1500', 'PUT', { City: 'Hull' });
    expect(body).toMatchObject({ CustomerNumber: '1500', City: 'Hull', DateLastMaintained: today() });
  });

  test('a person creates; keys of two parts are written with a slash', async () => {
    await control('/collections/ARShipToLocations/1210/web', 'PUT', { City: 'York' });
    expect(await read("ARShipToLocations('1210','WEB')")).toMatchObject({ City: 'York' });
    expect((await control('/collections/ARShipToLocations/1210/WEB', 'DELETE')).status).toBe(200);
    expect((await control('/collections/ARShipToLocations/1210', 'PUT', {})).status).toBe(400);
  });

  test('collections show whole entities; a seed keeps its date', async () => {
    const { body } = await control('/collections/ARCustomers');
    expect(body).toMatchObject([
      { CustomerNumber: '1200', AddressLine4: '', DateLastMaintained: '2026-11-01T00:00:00Z' },
      {},
      {},
      {},
      {},
    ]);
    expect((await control('/collections/ARCustomers', 'POST', [{ CustomerName: 'Nobody' }])).status).toBe(400);
  });

  test('reset empties everything', async () => {
    await control('/reset', 'POST');
    const { body } = await control('/collections');
    expect(body).toEqual({ ARCustomers: 0, ARShipToLocations: 0, ARCustomerGroups: 0, ARTerms: 0, TXTaxGroups: 0 });
  });
});
