import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import magento from './data/magento.json' with { type: 'json' };
import sage300 from './data/sage300.json' with { type: 'json' };

const emails = magento.customers.map(({ email }) => email);
const known = sage300.ARCustomers.map(({ Email }) => Email);

it('has twenty customers in both systems and two in the shop only', () => {
  expect(new Set(emails).size).toBe(22);
  expect(new Set(known).size).toBe(20);
  expect(emails.filter(email => !known.includes(email))).toHaveLength(2);
  expect(known.every(email => emails.includes(email))).toBe(true);
});

it('knows nobody who could exist', () => {
  for (const email of emails) expect(email).toMatch(/^[a-z.-]+@(example\.com|[a-z-]+\.test)$/);
});

it('has for every customer what the tables of the example translate, into what Sage 300 has', async () => {
  const example = join(import.meta.dirname, '../examples/magento-to-sage300/lookup-tables.yaml');
  const tables = parseAllDocuments(await readFile(example, 'utf8')).map(document => document.toJS());
  const entries = (name: string): { from: string; to: string }[] =>
    tables.find(table => table.metadata.name === name).spec.entries;
  const translated = (table: string, value: string | undefined) =>
    entries(table).find(({ from }) => from === value)?.to;
  const groups = sage300.ARCustomerGroups.map(({ GroupCode }) => GroupCode);
  const taxGroups = sage300.TXTaxGroups.map(({ TaxGroupKey }) => TaxGroupKey);
  for (const customer of magento.customers) {
    const group = magento.customerGroups.find(({ id }) => id === customer.group_id);
    const taxClass = magento.taxClasses.find(({ class_id }) => class_id === group?.tax_class_id);
    expect(groups).toContain(translated('customer-groups', group?.code));
    expect(taxGroups).toContain(translated('tax-groups', taxClass?.class_name));
  }
});
