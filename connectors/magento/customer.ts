/**
 * A customer of Magento in canonical form. Magento leaves empty fields out of its answers, and a search brings every field; so what
 * is missing of a customer is known to be empty: null. Only a number without a name (an unknown group) leaves its field out.
 */
import type { CanonicalRecord } from '../contract.ts';
import type { Names } from './names.ts';
import type { Row } from './walk.ts';

type Fields = Record<string, unknown>;

export function toCustomer({ id, updated, customer }: Row, names: Names): CanonicalRecord {
  const addresses = Array.isArray(customer.addresses) ? (customer.addresses as Fields[]) : [];
  const billing = defaultAddress(addresses, customer.default_billing, 'default_billing');
  const shipping = defaultAddress(addresses, customer.default_shipping, 'default_shipping');
  const record: CanonicalRecord = {
    key: String(id),
    email: text(customer.email),
    prefix: text(customer.prefix),
    firstName: text(customer.firstname),
    middleName: text(customer.middlename),
    lastName: text(customer.lastname),
    suffix: text(customer.suffix),
    company: text(billing?.company),
    taxNumber: text(customer.taxvat),
    phone: text(billing?.telephone),
    dateOfBirth: text(customer.dob)?.slice(0, 10) ?? null,
    tags: [],
    isCompanyAccount: isCompanyAccount(customer.extension_attributes),
    active: (customer.confirmation ?? '') === '',
    billingAddress: billing ? toAddress(billing, customer) : null,
    shippingAddress: shipping ? toAddress(shipping, customer) : null,
    updatedTime: toTime(updated),
    attributes: toAttributes(customer.custom_attributes, names.attributes),
  };
  if (typeof customer.created_at === 'string') record.createdTime = toTime(customer.created_at);
  const group = names.groups.get(Number(customer.group_id));
  put(record, 'group', group?.code);
  put(record, 'taxClass', group?.taxClass);
  put(record, 'website', names.websites.get(Number(customer.website_id)));
  put(record, 'storeView', names.storeViews.get(Number(customer.store_id)));
  put(record, 'gender', (customer.gender ?? '') === '' ? null : names.genders.get(String(customer.gender)));
  return record;
}

function put(record: CanonicalRecord, field: string, value: string | null | undefined): void {
  if (value !== undefined) record[field] = value;
}

function text(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

/** `2026-11-02 17:03:09`, which is UTC, as ISO 8601. */
function toTime(value: string): string {
  return `${value.replace(' ', 'T')}Z`;
}

/** The customer holds the id as text, the address a flag that is absent when false. */
function defaultAddress(addresses: Fields[], id: unknown, flag: string): Fields | undefined {
  return addresses.find(address => (id ? isSame(address.id, id) : address[flag] === true));
}

/** An id is a number on the address and text on the customer. */
function isSame(a: unknown, b: unknown): boolean {
  return text(a) === text(b) && text(a) !== null;
}

function toAddress(address: Fields, customer: Fields): Fields {
  const region = (address.region ?? {}) as Fields;
  const isDefault = (id: unknown, flag: string) => address[flag] === true || isSame(address.id, id);
  return {
    key: String(address.id),
    firstName: text(address.firstname),
    lastName: text(address.lastname),
    company: text(address.company),
    street: Array.isArray(address.street) ? address.street.map(line => text(line) ?? '') : [],
    city: text(address.city),
    regionCode: text(region.region_code),
    region: text(region.region),
    postcode: text(address.postcode),
    country: text(address.country_id),
    phone: text(address.telephone),
    taxNumber: text(address.vat_id),
    isDefaultBilling: isDefault(customer.default_billing, 'default_billing'),
    isDefaultShipping: isDefault(customer.default_shipping, 'default_shipping'),
  };
}

/** Adobe Commerce B2B; elsewhere the extension attribute does not exist. */
function isCompanyAccount(extension: unknown): boolean {
  const { company_attributes } = (extension ?? {}) as Fields;
  return Number(((company_attributes ?? {}) as Fields).company_id ?? 0) > 0;
}

/** Lists (multi-selects) are joined by commas, as Magento itself stores them; an attribute of the shop without a value is "". */
function toAttributes(list: unknown, known: readonly string[]): Record<string, string> {
  const values = new Map<string, string>(known.map(code => [code, '']));
  for (const { attribute_code, value } of Array.isArray(list) ? (list as Fields[]) : []) {
    values.set(String(attribute_code), plain(value));
  }
  return Object.fromEntries(values);
}

function plain(value: unknown): string {
  if (Array.isArray(value)) return value.map(plain).join(',');
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : (text(value) ?? '');
}
