import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ask, type Call, type Reply } from '../../../test/servers/client.ts';
import fixture from '../fixtures/company.json' with { type: 'json' };
import { type Sage300Options, type Sage300Simulator, startSage300 } from './start.ts';

let simulator: Sage300Simulator;

async function start(options: Sage300Options = {}): Promise<Sage300Simulator> {
  const started = await startSage300(options);
  for (const [name, entities] of Object.entries(fixture)) started.company.of(name).seed(entities);
  return started;
}
beforeAll(async () => {
  simulator = await start();
});
afterAll(() => simulator.close());

const basic = (user: string) => `Basic ${Buffer.from(user).toString('base64')}`;
const headers = { authorization: basic('WEBAPI:example-password'), 'content-type': 'application/json' };
const base = '/Sage300WebApi/v1.0/-/SAMLTD';
const call = (path: string, options: Call = {}, of = simulator): Promise<Reply> =>
  ask(`${of.url}${path}`, { headers, ...options });
const get = (resource: string): Promise<Reply> => call(`${base}/AR/${resource}`);
const code = (name: string) => ({ error: { code: name, message: { lang: 'en-US', value: expect.any(String) } } });

interface List {
  value: Record<string, unknown>[];
  [annotation: string]: unknown;
}
const numbers = ({ body }: Reply) => (body as List).value.map(({ CustomerNumber }) => CustomerNumber);
const filtered = (filter: string) => get(`ARCustomers?$filter=${encodeURIComponent(filter)}&$select=CustomerNumber`);

describe('$filter', () => {
  test.each([
    ["CustomerNumber eq '1200'", ['1200']],
    ["Email eq 'o''hara@sons.example'", ['1210']],
    ["Email eq 'TWIN@shop.example'", []],
    ["(Email eq 'twin@shop.example') or (ContactsEmail eq 'office@sons.example')", ['1210', '1220', '1230']],
    ["City ne 'York' and GroupCode eq 'RTL'", ['1210']],
    ["CustomerNumber gt '1210'", ['1220', '1230', '1500']],
    ["CustomerNumber gt '1200' and CustomerNumber le '1220'", ['1210', '1220']],
    ["CustomerNumber lt '1210' or CustomerNumber eq '1500' and City eq ''", ['1200', '1500']],
    ["startswith(CustomerNumber,'12') and endswith(CustomerName, 'Two')", ['1230']],
    ["startswith(CustomerNumber,'15') eq true", ['1500']],
    ["substringof('Tools', CustomerName)", ['1200']],
    ['length(ShortName) gt 5', ['1200', '1210']],
    [
      "BalanceDueInCustomerCurrency gt 1000.00 and DateOfLastInvoice gt 2016-12-31T12:00:00Z and AccountType eq 'BalanceForward'",
      ['1200'],
    ],
    ['DateLastMaintained gt 2026-11-02T12:00:00Z', ['1220', '1230']],
    ["OnHold eq 'No' and ((City eq 'Leeds'))", ['1210']],
  ])('%s', async (filter, want) => {
    const reply = await filtered(filter);
    expect(reply.status).toBe(200);
    expect(numbers(reply)).toEqual(want);
  });

  test.each([
    "CustomerNumber ge '1200'",
    "contains(City,'Leeds')",
    "not City eq 'Leeds'",
    "CustomerNumber in ('1200')",
    "Nothing eq 'x'",
    'City eq Leeds',
    'City eq 5',
    "AmountPastDue gt '5'",
    "Status eq 'Sleeping'",
    "Status gt 'Active'",
    'DateLastMaintained gt 2026-11-01',
    "DateLastMaintained gt datetime'2026-11-01T12:00'",
    'BalanceDueInCustomerCurrency gt 99.99m',
    "City eq 'Leeds",
    "(City eq 'Leeds'",
    "City eq 'Leeds' City",
    'CustomerOptionalFieldValues eq 1',
    '',
  ])('%s is refused', async filter => {
    expect(await filtered(filter)).toMatchObject({ status: 400, body: code('InvalidParameters') });
  });
});

describe('addresses as odata-query 8.1 writes them', () => {
  test.each([
    ["?$select=CustomerNumber,ShortName&$filter=Email eq 'twin%40shop.example'&$count=true&$top=5", ['1220', '1230']],
    ["?$filter=((Email eq 'o''hara%40sons.example') or (ContactsEmail eq 'o''hara%40sons.example'))", ['1210']],
    ["?$filter=CustomerNumber gt '1200' and CustomerNumber le '1230'&$top=2", ['1210', '1220']],
    ["?$filter=((startswith(CustomerNumber,'12')) and (length(ShortName) gt 4))", ['1200', '1210']],
    ["?%24filter=OnHold%20ne%20'Yes'&%24skip=4", ['1500']],
    ["?$filter=OnHold+ne+'Yes'&$skip=4", ['1500']],
  ])('%s', async (query, want) => expect(numbers(await get(`ARCustomers${query}`))).toEqual(want));
});

describe('pages', () => {
  test.each([
    ['in the order of the key', '', ['1200', '1210', '1220', '1230', '1500']],
    ['$skip and $top', '$skip=1&$top=2', ['1210', '1220']],
    ['$top=0', '$top=0', []],
    ['past the end', '$skip=9', []],
    ['options without a dollar mean nothing', 'top=1&$top=1', ['1200']],
  ])('%s', async (_, query, want) => expect(numbers(await get(`ARCustomers?${query}`))).toEqual(want));

  test('$count counts what the filter holds for, whatever the page', async () => {
    const { body } = await get(
      "ARCustomers?$count=true&$top=1&$filter=startswith(CustomerNumber,'12')&$select=City,CustomerNumber",
    );
    expect(body).toEqual({
      '@odata.context': `${simulator.url}${base}/AR/$metadata#ARCustomers`,
      '@odata.count': 4,
      value: [{ CustomerNumber: '1200', City: 'Sheffield' }],
    });
  });

  test.each(['$orderby=City', '$expand=X', '$top=x', '$skip=-1', '$count=1', '$select=Nothing', '$search=x'])(
    '%s is refused',
    async option => {
      expect(await get(`ARCustomers?${option}`)).toMatchObject({ status: 400, body: code('InvalidParameters') });
    },
  );

  test('no more than the page size, whatever $top says; the next page is named only where a server does so', async () => {
    const small = await start({ pageSize: 2, nextLink: true });
    const { body } = await call(`${base}/AR/ARCustomers?$top=5&$select=CustomerNumber`, {}, small);
    expect(body).toMatchObject({ value: [{}, {}] });
    const next = new URL(String((body as List)['@odata.nextLink']));
    expect(numbers(await call(next.pathname + next.search, {}, small))).toEqual(['1220', '1230']);
    await small.close();
    expect((await get('ARCustomers')).body).not.toHaveProperty(['@odata.nextLink']);
  });

  test('by key, while customers come in between', async () => {
    const seen: unknown[] = [];
    for (let last = ''; ; ) {
      const page = numbers(await get(`ARCustomers?$top=2&$filter=CustomerNumber gt '${last}'`));
      if (page.length === 0) break;
      seen.push(...page);
      last = String(page.at(-1));
      simulator.company.of('ARCustomers').seed([{ CustomerNumber: '1199', CustomerName: 'In between' }]);
    }
    simulator.company.of('ARCustomers').remove('1199');
    expect(seen).toEqual(['1200', '1210', '1220', '1230', '1500']);
  });
});

describe('keys', () => {
  test.each([
    ["ARCustomers('1200')", { CustomerNumber: '1200' }],
    ["ARCustomers(CustomerNumber='1200')", { CustomerNumber: '1200' }],
    ['ARCustomers(%271200%27)', { CustomerNumber: '1200' }],
    ["ARCustomerGroups('whl')", { GroupCode: 'WHL' }],
    ["ARShipToLocations('1200','OFFICE')", { ShipToLocationKey: 'OFFICE' }],
    ["ARShipToLocations(ShipToLocationKey='office',CustomerNumber='1200')", { ShipToLocationKey: 'OFFICE' }],
    ["ARTerms('N30')", { TermsCode: 'N30' }],
  ])('%s', async (resource, want) => expect(await get(resource)).toMatchObject({ status: 200, body: want }));

  test.each([
    ["ARCustomers('none')", 404, 'RecordNotFound'],
    ["ARCustomers('O''Hara')", 404, 'RecordNotFound'],
    ["ARShipToLocations('1200')", 400, 'InvalidEntityKey'],
    ["ARCustomers(Name='1200')", 400, 'InvalidEntityKey'],
    ['ARCustomers(1200)', 400, 'InvalidEntityKey'],
    ["ARCustomers('1200',)", 400, 'InvalidEntityKey'],
    ["Customers('1200')", 404, 'ResourceNotFound'],
  ])('%s is %d %s', async (resource, status, name) =>
    expect(await get(resource)).toMatchObject({ status, body: code(name) }),
  );

  test('an entity shows every property, also those never set, and details inline', async () => {
    const { body } = await get("ARCustomers('1200')");
    expect(body).toMatchObject({
      AddressLine4: '',
      AmountPastDue: 0,
      OnHold: 'No',
      InactiveDate: null,
      NumberOfOptionalFields: 1,
    });
    expect(body).toMatchObject({
      CustomerOptionalFieldValues: [{ OptionalField: 'WEBID', Value: 'm2-1-1', Length: 60 }],
    });
    expect(body).not.toHaveProperty('EmailAddress');
  });

  test('tax groups have two keys, and no one writes them', async () => {
    const at = `${base}/TX/TXTaxGroups('GBVAT','Sales')`;
    expect(await call(at)).toMatchObject({ status: 200, body: { Description: 'UK VAT' } });
    expect(await call(at, { method: 'PATCH', body: {} })).toMatchObject({
      status: 405,
      body: code('MethodNotAllowed'),
    });
  });
});

describe('the door', () => {
  const customers = `${base}/AR/ARCustomers`;
  const { authorization } = headers;
  const json = { 'content-type': 'application/json' };
  test.each([
    ['no credentials', customers, json, 401, 'Unauthorized'],
    ['a wrong password', customers, { ...json, authorization: basic('WEBAPI:other') }, 401, 'Unauthorized'],
    ['another user', customers, { ...json, authorization: basic('ADMIN:example-password') }, 401, 'Unauthorized'],
    ['no Content-Type, also on a GET', customers, { authorization }, 500, 'InternalServerError'],
    ['another company', customers.replace('SAMLTD', 'SAMINC'), headers, 404, 'ResourceNotFound'],
    ['a module that is not there', customers.replace('/AR/', '/XX/'), headers, 404, 'ResourceNotFound'],
    ['another version', customers.replace('v1.0', 'v2.0'), headers, 404, 'ResourceNotFound'],
  ])('%s', async (_, path, given: Record<string, string>, status, name) => {
    expect(await call(path, { headers: given })).toMatchObject({ status, body: code(name) });
  });

  test('a user without the right to a module', async () => {
    const limited = await start({ modules: ['TX'] });
    expect(await call(customers, {}, limited)).toMatchObject({ status: 403, body: code('Forbidden') });
    await limited.close();
  });

  test('the first answer sets a cookie; requests that bring it open no further session', async () => {
    const before = simulator.company.sessions;
    const cookie = String((await call(customers)).headers['set-cookie']).split(';')[0] ?? '';
    expect(cookie).toMatch(/^ASP\.NET_SessionId=/);
    expect((await call(customers, { headers: { ...headers, cookie } })).headers).not.toHaveProperty('set-cookie');
    expect(simulator.company.sessions).toBe(before + 1);
  });

  test('too many requests have their own code', async () => {
    await ask(`${simulator.control}/limits`, { method: 'POST', body: { concurrent: 0 } });
    expect(await call(customers)).toMatchObject({ status: 429, body: code('TooManyRequests') });
    await ask(`${simulator.control}/limits`, { method: 'POST', body: {} });
  });

  test('$metadata says version 4.0', async () => {
    const { body } = await get('$metadata');
    expect(body).toContain('<edmx:Edmx Version="4.0"');
    expect(body).toContain('<EntitySet Name="ARCustomers"');
  });
});
