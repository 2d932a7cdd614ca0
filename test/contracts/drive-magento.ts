/** What a connector, and a careless one, would ask a shop. */
import shop from '../../connectors/magento/fixtures/shop.json' with { type: 'json' };
import { startMagento } from '../../connectors/magento/simulator/start.ts';
import type { Drive, Step } from './drive.ts';

const bearer = { authorization: 'Bearer example-access-token', 'content-type': 'application/json' };
const since = '2026-11-02 00:00:00';

const newAddress = {
  firstname: 'Noa',
  lastname: 'Dress',
  street: ['2 Dock Street'],
  city: 'Hull',
  postcode: 'HU1 1AA',
  country_id: 'GB',
  telephone: '01482555010',
  region: { region_code: 'ERY', region: 'East Riding', region_id: 0 },
  default_billing: true,
};

export const driveMagento: Drive = {
  system: 'magento',
  start: () => startMagento(),
  seed: { ...shop },
  headers: bearer,
  right: [
    get('/rest/V1/customers/search?searchCriteria='),
    get(`/rest/all/V1/customers/search?${keyset(since)}&searchCriteria[pageSize]=2&searchCriteria[currentPage]=1`),
    get(`/rest/default/V1/customers/search?${camelCase(since)}&searchCriteria[pageSize]=3`),
    get('/rest/V1/customers/search?searchCriteria[pageSize]=2&searchCriteria[currentPage]=9'),
    get(`/rest/V1/customers/search?${filter(3, 7, 'email', 'like', '%@shop.example')}`),
    get(`/rest/V1/customers/search?${filter(0, 0, 'entity_id', 'in', '1,4')}`),
    get(`/rest/V1/customers/search?${filter(0, 0, 'default_billing', 'notnull', '1')}`),
    get(
      `/rest/V1/customers/search?${filter(0, 0, 'entity_id', 'in', '1,4')}&fields=items[id,email,addresses[city]],total_count`,
    ),
    get('/rest/V1/customers/search?searchCriteria=&fields=id,email'),
    get('/rest/V1/customers/1'),
    get('/rest/V1/customers/4'),
    get('/rest/V1/customers/1/billingAddress'),
    get('/rest/V1/customers/1/shippingAddress'),
    get('/rest/V1/customerGroups/search?searchCriteria='),
    get(`/rest/V1/customerGroups/search?${filter(0, 0, 'code', 'eq', 'General')}`),
    get('/rest/V1/customerGroups/1'),
    get('/rest/V1/taxClasses/search?searchCriteria='),
    get('/rest/V1/taxClasses/3'),
    get('/rest/V1/store/websites'),
    get('/rest/V1/store/storeGroups'),
    get('/rest/V1/store/storeViews'),
    get('/rest/V1/store/storeConfigs'),
    get('/rest/V1/store/storeConfigs?storeCodes[]=default'),
    get('/rest/V1/attributeMetadata/customer'),
    get('/rest/V1/attributeMetadata/customer/attribute/gender'),
    put(1, { id: 1, custom_attributes: [{ attribute_code: 'erp_number', value: 'C000123' }] }),
    put(1, { id: 1, websiteId: 1, groupId: 2, customAttributes: [{ attributeCode: 'erp_number', value: 'C000124' }] }),
    put(2, { id: 2, addresses: [newAddress] }),
  ],
  wrong: [
    { ...get('/rest/V1/customers/1'), headers: {} },
    { ...get('/rest/V1/customers/1'), headers: { authorization: 'Bearer wrong' } },
    { ...get('/rest/V1/customers/1'), headers: { authorization: 'OAuth oauth_consumer_key="example-consumer-key"' } },
    { ...get('/rest/V1/customers/1'), headers: { ...bearer, accept: 'image/png' } },
    get('/rest/V1/customers/4711'),
    get('/rest/V1/customers/none'),
    get('/rest/nowhere/V1/customers/1'),
    get('/rest/V1/customer/1'),
    get('/rest/V1/customers/search'),
    get(`/rest/V1/customers/search?${filter(0, 0, 'id', 'eq', '1')}`),
    get(`/rest/V1/customers/search?${filter(0, 0, 'updated_at', 'moreq', since)}`),
    get('/rest/V1/customers/search?searchCriteria[pageSize]=many'),
    get(
      '/rest/V1/customers/search?searchCriteria[sortOrders][0][field]=email&searchCriteria[sortOrders][0][direction]=UP',
    ),
    { method: 'PUT', path: '/rest/V1/customers/1', body: '{"customer":' },
    { method: 'PUT', path: '/rest/V1/customers/1', body: {} },
    put(1, { email: 'no.address@shop.example' }),
    put(1, { group_id: 99 }),
    put(1, { favourite_colour: 'blue' }),
    put(1, { addresses: [{ city: 'York' }] }),
    put(4711, {}),
  ],
};

function get(path: string): Step {
  return { method: 'GET', path };
}

function put(id: number, changes: Record<string, unknown>): Step {
  const known = shop.customers.find(customer => customer.id === id);
  const { email = 'x@shop.example', firstname = 'X', lastname = 'Y' } = known ?? {};
  return {
    method: 'PUT',
    path: `/rest/all/V1/customers/${id}`,
    body: { customer: { email, firstname, lastname, ...changes } },
  };
}

function filter(group: number, place: number, field: string, condition: string, value: string): string {
  const name = `searchCriteria[filter_groups][${group}][filters][${place}]`;
  return `${name}[field]=${field}&${name}[value]=${value}&${name}[condition_type]=${condition}`;
}

function keyset(from: string): string {
  const sort = ['updated_at', 'entity_id'].map(
    (field, place) =>
      `searchCriteria[sortOrders][${place}][field]=${field}&searchCriteria[sortOrders][${place}][direction]=ASC`,
  );
  return [filter(0, 0, 'updated_at', 'gteq', from), ...sort].join('&');
}

function camelCase(from: string): string {
  return keyset(from).replaceAll('filter_groups', 'filterGroups').replaceAll('condition_type', 'conditionType');
}
