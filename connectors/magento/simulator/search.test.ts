import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ask, type Reply } from '../../../test/servers/client.ts';
import fixture from '../fixtures/shop.json' with { type: 'json' };
import { type MagentoSimulator, startMagento } from './start.ts';

let simulator: MagentoSimulator;

beforeAll(async () => {
  simulator = await startMagento();
  const { shop } = simulator;
  shop.customers.seed(fixture.customers);
  shop.customerGroups.seed(fixture.customerGroups);
  shop.taxClasses.seed(fixture.taxClasses);
});
afterAll(() => simulator.close());

const get = (path: string): Promise<Reply> =>
  ask(`${simulator.url}${path}`, { headers: { authorization: 'Bearer example-access-token' } });

interface Found {
  items: { id: number; [name: string]: unknown }[];
  search_criteria: unknown;
  total_count: number;
}

async function search(query: string): Promise<Found> {
  const { status, body } = await get(`/rest/V1/customers/search?${query}`);
  expect(status).toBe(200);
  return body as Found;
}

/** `[field, condition, value]`: one group each. */
function filters(...groups: [string, string, string][]): string {
  const parameters = groups.flatMap(([field, condition, value], group) => {
    const name = `searchCriteria[filter_groups][${group}][filters][0]`;
    return [
      `${name}[field]=${field}`,
      `${name}[value]=${encodeURIComponent(value)}`,
      `${name}[condition_type]=${condition}`,
    ];
  });
  return parameters.join('&');
}

const ids = ({ items }: Found) => items.map(({ id }) => id);

describe('conditions', () => {
  test.each([
    ['eq without regard to case', [['email', 'eq', 'ANN.LEE@shop.example']], [1]],
    ['eq on a number', [['group_id', 'eq', '2']], [3]],
    ['neq', [['group_id', 'neq', '1']], [3, 4]],
    ['neq never holds for what is not there', [['taxvat', 'neq', 'x']], [1]],
    [
      'gt and lteq',
      [
        ['entity_id', 'gt', '1'],
        ['entity_id', 'lteq', '3'],
      ],
      [2, 3],
    ],
    ['gteq on a time', [['updated_at', 'gteq', '2026-11-03 08:00:00']], [3, 4, 5]],
    [
      'a time in ISO form is only text: the whole day is missed',
      [['updated_at', 'gteq', '2026-11-03T00:00:00Z']],
      [4, 5],
    ],
    [
      'from and to',
      [
        ['updated_at', 'from', '2026-11-03 00:00:00'],
        ['updated_at', 'to', '2026-11-04 12:00:00'],
      ],
      [3, 4],
    ],
    ['lt', [['created_at', 'lt', '2026-01-06 00:00:00']], [1, 2, 3, 4, 5]],
    ['like', [['firstname', 'like', 'AN_']], [1]],
    ['nlike', [['email', 'nlike', '%@shop.example']], [4]],
    ['in', [['entity_id', 'in', '5,1,99']], [1, 5]],
    ['nin', [['entity_id', 'nin', '1,2']], [3, 4, 5]],
    ['null', [['default_billing', 'null', '1']], [2, 4]],
    ['notnull', [['default_billing', 'notnull', '1']], [1, 3, 5]],
    ['finset', [['group_id', 'finset', '3']], [4]],
    ['a joined field of the default billing address', [['billing_postcode', 'eq', 'LS1 1AA']], [1]],
    ['a custom attribute', [['erp_number', 'eq', 'W00000001']], [1]],
    ['a column that JSON does not show', [['is_active', 'eq', '1']], [1, 2, 3, 4, 5]],
    [
      'groups must all hold',
      [
        ['website_id', 'eq', '1'],
        ['lastname', 'eq', "o'hara"],
      ],
      [3],
    ],
  ] as [string, [string, string, string][], number[]][])('%s', async (_, groups, want) => {
    expect(ids(await search(filters(...groups)))).toEqual(want);
  });

  test('filters of one group are alternatives; any index, camel case and arrays are understood', async () => {
    const name = 'search_criteria[filterGroups][7]';
    const query = [
      `${name}[filters][3][field]=email`,
      `${name}[filters][3][value]=buyer@company.example`,
      `${name}[filters][9][field]=entity_id`,
      `${name}[filters][9][value][]=1`,
      `${name}[filters][9][value][]=2`,
      `${name}[filters][9][conditionType]=in`,
    ];
    expect(ids(await search(query.join('&')))).toEqual([1, 2, 4]);
  });
});

describe('order and pages', () => {
  const sort = (field: string, direction?: string, place = 0) =>
    `searchCriteria[sortOrders][${place}][field]=${field}${direction ? `&searchCriteria[sortOrders][${place}][direction]=${direction}` : ''}`;

  test.each([
    ['by entity_id where nothing is asked for', 'searchCriteria=', [1, 2, 3, 4, 5]],
    ['by time, then by id', `${sort('updated_at', 'ASC')}&${sort('entity_id', 'DESC', 1)}`, [2, 1, 3, 4, 5]],
    ['a missing direction means DESC', sort('entity_id'), [5, 4, 3, 2, 1]],
    ['what is not there comes first', `${sort('taxvat', 'asc')}`, [2, 3, 4, 5, 1]],
    ['a page', 'searchCriteria[pageSize]=2&searchCriteria[currentPage]=2', [3, 4]],
    ['page 0 is the first', 'searchCriteria[pageSize]=2&searchCriteria[currentPage]=0', [1, 2]],
    ['past the end there is nothing', 'searchCriteria[pageSize]=2&searchCriteria[currentPage]=9', []],
    ['no page size means all', 'searchCriteria[currentPage]=1', [1, 2, 3, 4, 5]],
    [
      'keyset: from a time, in that order',
      `${filters(['updated_at', 'gteq', '2026-11-02 17:03:09'])}&${sort('updated_at', 'ASC')}&${sort('entity_id', 'ASC', 1)}&searchCriteria[pageSize]=3`,
      [1, 2, 3],
    ],
  ])('%s', async (_, query, want) => {
    const found = await search(query);
    expect(ids(found)).toEqual(want);
    expect(found.total_count).toBe(5);
  });

  test('criteria are echoed in snake case with what was left out filled in', async () => {
    const query = `searchCriteria[filterGroups][0][filters][0][field]=email&searchCriteria[filterGroups][0][filters][0][value]=x&${sort('email')}&searchCriteria[pageSize]=5`;
    expect((await search(query)).search_criteria).toEqual({
      filter_groups: [{ filters: [{ field: 'email', value: 'x', condition_type: 'eq' }] }],
      sort_orders: [{ field: 'email', direction: 'DESC' }],
      page_size: 5,
    });
  });
});

describe('what is refused', () => {
  const criteria = '/rest/V1/customers/search';
  test.each([
    ['no criteria at all', criteria, 400, '"%fieldName" is required. Enter and try again.'],
    [
      'the id by its JSON name',
      `${criteria}?${filters(['id', 'eq', '1'])}`,
      400,
      'The "%1" attribute name is invalid. Reset the name and try again.',
    ],
    [
      'an operator the adapter does not know',
      `${criteria}?${filters(['updated_at', 'moreq', '1'])}`,
      500,
      expect.stringMatching(/^Internal Error\..*Report ID: webapi-/),
    ],
    [
      'a page size that is no number',
      `${criteria}?searchCriteria[pageSize]=x`,
      400,
      expect.stringContaining('Error occurred during "pageSize" processing.'),
    ],
    [
      'a direction that is none',
      `${criteria}?searchCriteria[sortOrders][0][field]=email&searchCriteria[sortOrders][0][direction]=UP`,
      400,
      expect.stringContaining('The sort order has to be specified'),
    ],
    ['a store that does not exist', '/rest/de/V1/store/websites', 404, 'Request does not match any route.'],
    ['an unknown route', '/rest/V1/clients', 404, 'Request does not match any route.'],
    ['a customer that does not exist', '/rest/V1/customers/99', 404, 'No such entity with %fieldName = %fieldValue'],
  ])('%s', async (_, path, status, message) => {
    expect(await get(path)).toMatchObject({ status, body: { message } });
  });
});

describe('how a customer is shown', () => {
  test('a list leaves out the newsletter flag, the single GET has it', async () => {
    const [first, , , company] = (await search('searchCriteria=')).items;
    expect(first).not.toHaveProperty('extension_attributes');
    expect(company?.extension_attributes).toEqual({ company_attributes: expect.objectContaining({ company_id: 2 }) });
    expect((await get('/rest/V1/customers/1')).body).toMatchObject({ extension_attributes: { is_subscribed: true } });
  });

  test('flags are there only where they are true, null fields are left out except in a region', async () => {
    const { addresses } = (await get('/rest/all/V1/customers/1')).body as { addresses: Record<string, unknown>[] };
    expect(addresses.map(({ default_billing, default_shipping }) => [default_billing, default_shipping])).toEqual([
      [true, undefined],
      [undefined, true],
      [undefined, undefined],
    ]);
    expect(addresses[0]?.region).toEqual({ region_code: null, region: null, region_id: 0 });
  });

  test.each([
    ['items[id,addresses[city]],total_count', { items: [{ id: 2, addresses: [] }], total_count: 1 }],
    ['id,email', []],
  ])('fields=%s', async (fields, want) => {
    expect(await search(`${filters(['entity_id', 'eq', '2'])}&fields=${fields}`)).toEqual(want);
  });
});

describe('groups, tax classes, layout, metadata', () => {
  test.each([
    [
      'a group has the name of its tax class',
      `/rest/V1/customerGroups/search?${filters(['code', 'eq', 'wholesale'])}`,
      { items: [{ id: 2, code: 'Wholesale', tax_class_id: 3, tax_class_name: 'Retail Customer' }], total_count: 1 },
    ],
    ['group 0 is there', '/rest/V1/customerGroups/0', { code: 'NOT LOGGED IN' }],
    [
      'tax classes',
      `/rest/V1/taxClasses/search?${filters(['class_type', 'eq', 'CUSTOMER'])}`,
      { items: [{ class_id: 3 }] },
    ],
    [
      'websites, the admin one too',
      '/rest/V1/store/websites',
      [
        { id: 0, code: 'admin' },
        { id: 1, code: 'base' },
      ],
    ],
    [
      'store views',
      '/rest/V1/store/storeViews',
      [{ id: 0 }, { id: 1, code: 'default', name: 'Default Store View', website_id: 1 }],
    ],
    [
      'store configurations',
      '/rest/V1/store/storeConfigs?storeCodes[]=default',
      [{ id: 1, code: 'default', timezone: 'Europe/London' }],
    ],
    [
      'gender options',
      '/rest/V1/attributeMetadata/customer/attribute/gender',
      {
        options: [
          {},
          { label: 'Male', value: '1' },
          { label: 'Female', value: '2' },
          { label: 'Not Specified', value: '3' },
        ],
      },
    ],
  ])('%s', async (_, path, want) => {
    expect(await get(path)).toMatchObject({ status: 200, body: want });
  });
});
