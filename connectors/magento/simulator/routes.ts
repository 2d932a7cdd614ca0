/** The routes of the shop that are simulated: verb, path, the right they need (`etc/webapi.xml`), and what they do. */
import type { Entity } from '../../../test/servers/collection.ts';
import type { Heard } from '../../../test/servers/exchange.ts';
import { customerMetadata } from './attribute-metadata.ts';
import { echoed, parseCriteria } from './criteria.ts';
import { type Customer, type pointers, shownAlone, shownInList } from './customer.ts';
import { updateCustomer } from './customer-update.ts';
import { billingAddress } from './customers.ts';
import type { Listing } from './listing.ts';
import { parseQuery } from './query.ts';
import { noSuchEntity, wrongType } from './refusal.ts';
import { type Searched, search } from './search.ts';
import type { Shop } from './shop.ts';
import { storeConfig } from './store-layout.ts';

interface Asked {
  shop: Shop;
  request: Heard;
  /** Path parameters in order. */
  parameters: readonly string[];
}

/** The value of an answer, and whether state changed. */
interface Told {
  value: unknown;
  records?: number;
  applied?: boolean;
}

export interface Route {
  method: string;
  /** Segments below `/V1`; one that begins with a colon takes anything. */
  path: readonly string[];
  resource: string | null;
  tell(asked: Asked): Told;
}

const customer = 'Magento_Customer::customer';
const manage = 'Magento_Customer::manage';
const group = 'Magento_Customer::group';
const tax = 'Magento_Tax::manage_tax';
const store = 'Magento_Backend::store';

export const routes: readonly Route[] = [
  get('customers/search', customer, ({ shop, request }) => searched(shop.customers, request, shownInList)),
  get('customers/:id', customer, asked => ({ value: shownAlone(oneCustomer(asked)), records: 1 })),
  route('PUT', 'customers/:id', manage, ({ shop, request, parameters }) => {
    const saved = updateCustomer(shop, numeric('customerId', parameters[0]), request.body);
    return { value: shownAlone(saved), records: 1, applied: true };
  }),
  get('customers/:id/billingAddress', manage, asked => defaultAddress(asked, 'default_billing')),
  get('customers/:id/shippingAddress', manage, asked => defaultAddress(asked, 'default_shipping')),
  get('customerGroups/search', group, ({ shop, request }) =>
    searched(shop.customerGroups, request, row => shop.customerGroups.show(row)),
  ),
  get('customerGroups/:id', group, asked => one(asked, asked.shop.customerGroups, 'id')),
  get('taxClasses/search', tax, ({ shop, request }) => searched(shop.taxClasses, request, row => row)),
  get('taxClasses/:id', tax, asked => one(asked, asked.shop.taxClasses, 'class_id')),
  get('store/websites', store, ({ shop }) => all(shop.websites)),
  get('store/storeGroups', store, ({ shop }) => all(shop.storeGroups)),
  get('store/storeViews', store, ({ shop }) => all(shop.storeViews)),
  get('store/storeConfigs', store, storeConfigs),
  get('attributeMetadata/customer', customer, ({ shop }) => ({ value: customerMetadata(shop.customers.attributes) })),
  get('attributeMetadata/customer/attribute/:code', customer, ({ shop, parameters: [code] }) => {
    const found = customerMetadata(shop.customers.attributes).find(attribute => attribute.attribute_code === code);
    if (!found) throw noSuchEntity('attributeCode', code);
    return { value: found };
  }),
];

function get(path: string, resource: string, tell: Route['tell']): Route {
  return route('GET', path, resource, tell);
}

function route(method: string, path: string, resource: string, tell: Route['tell']): Route {
  return { method, path: path.split('/'), resource, tell };
}

function searched<E>(rows: Searched<E>, request: Heard, show: (row: E) => Entity): Told {
  const criteria = parseCriteria(request.query);
  const found = search(rows, criteria);
  const value = { items: found.rows.map(show), search_criteria: echoed(criteria), total_count: found.total };
  return { value, records: found.rows.length };
}

function all(listing: Listing): Told {
  return { value: [...listing.shown()], records: listing.count };
}

function one({ parameters: [id] }: Asked, listing: Listing, field: string): Told {
  const found = listing.get(numeric(field, id));
  if (!found) throw noSuchEntity(field, id);
  return { value: listing.show(found), records: 1 };
}

function oneCustomer({ shop, parameters: [id] }: Asked): Customer {
  const found = shop.customers.table.get(numeric('customerId', id));
  if (!found) throw noSuchEntity('customerId', id);
  return found;
}

function defaultAddress(asked: Asked, pointer: (typeof pointers)[number]): Told {
  const owner = oneCustomer(asked);
  const address = billingAddress(owner, pointer);
  const shown = (shownAlone(owner).addresses as Entity[]).find(({ id }) => id === address?.id);
  if (!shown) throw noSuchEntity('addressId', '');
  return { value: shown, records: 1 };
}

function storeConfigs({ shop, request }: Asked): Told {
  const asked = parseQuery(request.query).get('storeCodes');
  const codes = asked instanceof Map ? [...asked.values()] : null;
  const views = [...shop.storeViews.table.values()].filter(({ id }) => id !== 0);
  const wanted = codes ? views.filter(({ code }) => codes.includes(String(code))) : views;
  const origin = `${request.scheme}://${request.headers.host ?? 'localhost'}`;
  return { value: wanted.map(view => storeConfig(view, origin)), records: wanted.length };
}

function numeric(field: string, text = ''): string {
  if (!/^\d+$/.test(text)) throw wrongType(field, text, 'int');
  return String(Number(text));
}
