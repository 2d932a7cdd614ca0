import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { request } from 'undici';
import { type MagentoSimulator, startMagento } from '../../connectors/magento/simulator/start.ts';
import { resources } from '../../connectors/sage300/simulator/resource.ts';
import type { JournalEntry } from '../servers/journal.ts';
import { run } from './drive.ts';
import { driveMagento } from './drive-magento.ts';
import { driveSage300 } from './drive-sage300.ts';
import { undescribed } from './sage300.ts';
import { sage300Properties } from './sage300-metadata.ts';
import { type Described, systemOf, validateJournal } from './validate-journal.ts';
import { contractsAvailable, vendorJson } from './vendor-files.ts';

/** Adobe's description alone takes seconds to read. */
jest.setTimeout(60_000);

/** Outside the team's machines the vendors' descriptions are not there; `npm run check:contracts` says so. */
const withContracts = contractsAvailable() ? describe : describe.skip;

function entry(values: Partial<JournalEntry>): JournalEntry {
  return {
    n: 1,
    time: '2026-11-25T09:00:00.000Z',
    method: 'GET',
    url: '/',
    status: 200,
    applied: false,
    fault: null,
    body: null,
    answer: null,
    ...values,
  };
}

const customer = { id: 1, email: 'ann@shop.example', firstname: 'Ann', lastname: 'Lee', addresses: [] };
const found = (items: unknown[]) => ({ items, search_criteria: { filter_groups: [] }, total_count: items.length });
const search = '/rest/V1/customers/search?searchCriteria=';
const put = { method: 'PUT', url: '/rest/V1/customers/1', answer: customer };
const customers = '/Sage300WebApi/v1.0/-/SAMLTD/AR/ARCustomers';
const refused = (code: string) => ({ error: { code, message: { lang: 'en-US', value: 'No.' } } });

interface Row {
  name: string;
  system: Described;
  given: Partial<JournalEntry>;
  /** A part of each sentence; none = nothing is wrong. */
  want: string[];
}

const rows: Row[] = [
  { name: 'a right search', system: 'magento', given: { url: search, answer: found([customer]) }, want: [] },
  {
    name: 'an answer property that Adobe does not list',
    system: 'magento',
    given: { url: search, answer: found([{ ...customer, erp: 1 }]) },
    want: ['erp'],
  },
  {
    name: 'a required answer field that is missing',
    system: 'magento',
    given: { url: search, answer: { items: [], total_count: 0 } },
    want: ["'search_criteria'"],
  },
  {
    name: 'an answer value of another type',
    system: 'magento',
    given: { url: search, answer: found([{ ...customer, default_billing: 81 }]) },
    want: ['default_billing'],
  },
  {
    name: 'null where Adobe itself answers null',
    system: 'magento',
    given: {
      url: '/rest/V1/customers/1',
      answer: { ...customer, addresses: [{ region: { region_code: null, region: null, region_id: 0 } }] },
    },
    want: [],
  },
  {
    name: 'null where it does not',
    system: 'magento',
    given: { url: '/rest/V1/customers/1', answer: { ...customer, taxvat: null } },
    want: ['taxvat'],
  },
  {
    name: 'a partial answer',
    system: 'magento',
    given: { url: `${search}&fields=items[id]`, answer: { items: [{ id: 1 }] } },
    want: [],
  },
  {
    name: 'an unknown path',
    system: 'magento',
    given: { url: '/rest/V1/clients/1', status: 404, answer: { message: 'x' } },
    want: ['no path'],
  },
  {
    name: 'an unknown verb',
    system: 'magento',
    given: { method: 'PATCH', url: '/rest/V1/customers/1', status: 404, answer: { message: 'x' } },
    want: ['no verb'],
  },
  {
    name: 'an unknown query parameter',
    system: 'magento',
    given: { url: `${search}&limit=5`, answer: found([]) },
    want: ['limit'],
  },
  {
    name: 'a condition that the documentation does not know',
    system: 'magento',
    given: {
      url: '/rest/V1/customers/search?searchCriteria[filter_groups][0][filters][0][condition_type]=between',
      answer: found([]),
    },
    want: ['between'],
  },
  {
    name: 'a request body without a required field',
    system: 'magento',
    given: { ...put, body: { customer: { id: 1, email: 'a@b.example', firstname: 'A' } } },
    want: ["'lastname'"],
  },
  {
    name: 'a request body with a property of another name',
    system: 'magento',
    given: { ...put, body: { customer: { ...customer, nickname: 'A' } } },
    want: ['nickname'],
  },
  {
    name: 'a request body in camel case',
    system: 'magento',
    given: { ...put, body: { customer: { ...customer, websiteId: 1 } } },
    want: [],
  },
  {
    name: 'an error without a message',
    system: 'magento',
    given: { url: '/rest/V1/customers/1', status: 404, answer: { error: 'x' } },
    want: ["'message'", 'error'],
  },
  {
    name: 'the answer of a fault',
    system: 'magento',
    given: { url: search, fault: 'html', answer: '<html>' },
    want: [],
  },
  {
    name: 'an answer too long for the journal',
    system: 'magento',
    given: { url: search, answer: { length: 20000, hash: 'sha256:x' } },
    want: [],
  },
  {
    name: 'a right read',
    system: 'sage300',
    given: { url: `${customers}('1200')`, answer: { CustomerNumber: '1200' } },
    want: [],
  },
  {
    name: 'an answer property that the metadata does not name',
    system: 'sage300',
    given: { url: `${customers}('1200')`, answer: { CustomerNumber: '1200', EmailAddress: 'x' } },
    want: ['EmailAddress'],
  },
  {
    name: 'an answer without its key',
    system: 'sage300',
    given: { url: customers, answer: { value: [{ ShortName: 'x' }] } },
    want: ['CustomerNumber is missing'],
  },
  {
    name: 'an answer that is no list',
    system: 'sage300',
    given: { url: customers, answer: { CustomerNumber: '1200' } },
    want: ['no list'],
  },
  {
    name: 'a value of another type',
    system: 'sage300',
    given: { url: `${customers}('1200')`, answer: { CustomerNumber: '1200', AmountPastDue: '5' } },
    want: ['AmountPastDue'],
  },
  {
    name: 'an unknown verb',
    system: 'sage300',
    given: {
      method: 'POST',
      url: '/Sage300WebApi/v1.0/-/SAMLTD/TX/TXTaxGroups',
      status: 405,
      body: {},
      answer: refused('MethodNotAllowed'),
    },
    want: ['no verb'],
  },
  {
    name: 'an unknown resource',
    system: 'sage300',
    given: { url: '/Sage300WebApi/v1.0/-/SAMLTD/AR/Customers', status: 404, answer: refused('ResourceNotFound') },
    want: ['cannot be found'],
  },
  {
    name: 'a key of another resource',
    system: 'sage300',
    given: { url: `${customers}(ShipToLocationKey='X')`, status: 400, answer: refused('InvalidEntityKey') },
    want: ['not valid'],
  },
  {
    name: 'an operator that is not documented',
    system: 'sage300',
    given: { url: `${customers}?$filter=CustomerNumber%20ge%20'1'`, status: 400, answer: refused('InvalidParameters') },
    want: ['ge'],
  },
  {
    name: 'an option that is not documented',
    system: 'sage300',
    given: { url: `${customers}?$orderby=City`, status: 400, answer: refused('InvalidParameters') },
    want: ['$orderby'],
  },
  {
    name: 'a body with an unknown property',
    system: 'sage300',
    given: { method: 'PATCH', url: `${customers}('1200')`, status: 204, body: { EmailAddress: 'x' } },
    want: ['EmailAddress'],
  },
  {
    name: 'a value that is too long',
    system: 'sage300',
    given: { method: 'PATCH', url: `${customers}('1200')`, status: 204, body: { City: 'x'.repeat(31) } },
    want: ['City is longer'],
  },
  {
    name: 'an unknown member',
    system: 'sage300',
    given: { method: 'PATCH', url: `${customers}('1200')`, status: 204, body: { OnHold: 'Perhaps' } },
    want: ['Perhaps'],
  },
  {
    name: 'a customer without its group',
    system: 'sage300',
    given: {
      method: 'POST',
      url: customers,
      status: 201,
      body: { CustomerNumber: 'W1' },
      answer: { CustomerNumber: 'W1' },
    },
    want: ['GroupCode is missing'],
  },
  {
    name: 'an unknown error code',
    system: 'sage300',
    given: { url: `${customers}('1200')`, status: 404, answer: refused('NotThere') },
    want: ['NotThere'],
  },
  {
    name: 'a code with another status than documented',
    system: 'sage300',
    given: { url: `${customers}('1200')`, status: 400, answer: refused('RecordNotFound') },
    want: ['RecordNotFound comes with 400'],
  },
];

withContracts('the contract check', () => {
  test.each(rows)('$system: $name', ({ system, given, want }) => {
    const messages = validateJournal(system, [entry(given)]).map(({ message }) => message);
    expect(messages).toEqual(want.map(part => expect.stringContaining(part)));
  });

  test.each([driveMagento, driveSage300])('finds nothing wrong with the simulator of $system', async drive => {
    const { problems, exchanges } = await run(drive);
    expect(problems).toEqual([]);
    expect(exchanges).toBe(drive.right.length + drive.wrong.length);
  });

  test('knows a journal by its addresses', () => {
    expect(systemOf([entry({ url: search })])).toBe('magento');
    expect(systemOf([entry({ url: customers })])).toBe('sage300');
    expect(systemOf([])).toBeNull();
  });
});

withContracts('the simulated properties of Sage 300', () => {
  const metadata = contractsAvailable() ? sage300Properties() : new Map();

  test('every resource is described', () => expect(undescribed).toEqual([]));

  test.each(resources)('$name has the properties of the metadata and no others', ({ name, properties }) => {
    const published = [...(metadata.get(name)?.keys() ?? [])];
    const renamed = published.filter(property => !['SageBillingAndPaymentCustome', 'TermsCodeKey'].includes(property));
    expect([...properties.keys()].sort()).toEqual(renamed.sort());
  });
});

withContracts("Adobe's sample answers", () => {
  let simulator: MagentoSimulator;
  beforeAll(async () => {
    simulator = await startMagento();
  });
  afterAll(() => simulator.close());

  const headers = { authorization: 'Bearer example-access-token' };
  const sample = vendorJsonOr('magento/fixtures/customers-search-response.json') as {
    items: Record<string, unknown>[];
  };

  test('validate against the description', () => {
    const url = '/rest/V1/customers/search?searchCriteria=';
    expect(validateJournal('magento', [entry({ url, answer: sample })])).toEqual([]);
  });

  test('a customer that is seeded is read back equal, alone and in a list', async () => {
    simulator.system.collections.find(({ name }) => name === 'customers')?.seed(sample.items);
    const list = await request(
      `${simulator.url}/rest/V1/customers/search?searchCriteria[filter_groups][0][filters][0][field]=firstname&searchCriteria[filter_groups][0][filters][0][value]=%25ver%25&searchCriteria[filter_groups][0][filters][0][condition_type]=like`,
      { headers },
    );
    expect(await list.body.json()).toEqual(sample);
    const alone = await request(`${simulator.url}/rest/V1/customers/1`, { headers });
    expect(await alone.body.json()).toEqual({ ...sample.items[0], extension_attributes: { is_subscribed: false } });
  });
});

function vendorJsonOr(path: string): unknown {
  return contractsAvailable() ? vendorJson(path) : { items: [] };
}
