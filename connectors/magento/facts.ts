/** What is known of Magento 2 without talking to it. Sources: `README.md` of this folder. */
import { z } from 'zod';
import type { ConnectorFacts } from '../contract.ts';

const text = (description: string) => z.string().nullable().optional().describe(description);

/** An address of a customer in canonical form. */
export const address = z.object({
  key: z.string().describe('Id of the address in the shop'),
  firstName: text('Given name'),
  lastName: text('Family name'),
  company: text('Company'),
  street: z.array(z.string()).optional().describe('Street lines in order'),
  city: text('City'),
  regionCode: text('Code of the region within the country'),
  region: text('Name of the region'),
  postcode: text('Postal code as text'),
  country: text('ISO 3166-1 alpha-2'),
  phone: text('Telephone'),
  taxNumber: text('Tax number of the address'),
  isDefaultBilling: z.boolean().optional().describe('The default billing address'),
  isDefaultShipping: z.boolean().optional().describe('The default shipping address'),
});

/** A customer in canonical form, as this source fills it. */
export const customer = z.object({
  key: z.string().describe('Id of the customer in the shop'),
  email: z.string().describe('E-mail address as typed'),
  prefix: text('Title before the name'),
  firstName: text('Given name'),
  middleName: text('Middle name'),
  lastName: text('Family name'),
  suffix: text('Suffix after the name'),
  company: text('Company of the default billing address'),
  taxNumber: text('Tax or VAT number of the account'),
  phone: text('Telephone of the default billing address'),
  dateOfBirth: text('Date of birth, YYYY-MM-DD'),
  gender: text('Male, Female or Not Specified'),
  group: text('Code of the customer group, for example General'),
  taxClass: text("Name of the customer group's tax class, for example Retail Customer"),
  website: text('Code of the website the account belongs to'),
  storeView: text('Code of the store view the account was created in'),
  tags: z.array(z.string()).optional().describe('Always empty: Magento has no customer tags'),
  isCompanyAccount: z.boolean().describe('Belongs to a company account (Adobe Commerce B2B)'),
  active: z.boolean().describe('The account may log in'),
  billingAddress: address.nullable().describe('Default billing address, or null'),
  shippingAddress: address.nullable().describe('Default shipping address, or null'),
  createdTime: z.string().describe('Time of creation, UTC'),
  updatedTime: z.string().describe('Time of the last change, UTC'),
  attributes: z.record(z.string(), z.string()).optional().describe('Custom attributes by code'),
});

const config = z.object({
  url: z
    .string()
    .max(300)
    .regex(/^https?:\/\//)
    .describe('Base URL of the shop, for example https://shop.example.com'),
});

export const magento = {
  system: 'magento',
  title: 'Magento 2',
  description: 'A Magento Open Source or Adobe Commerce shop (2.4), by its REST interface',
  config,
  secretKeys: {
    consumerKey: { description: 'Consumer key of the integration', required: false },
    consumerSecret: { description: 'Consumer secret of the integration', required: false },
    accessToken: { description: 'Access token of the integration; alone it is used as a bearer token', required: true },
    accessTokenSecret: { description: 'Access token secret of the integration', required: false },
  },
  identity: (settings: z.infer<typeof config>) => {
    const url = new URL(settings.url);
    return `${url.host}${url.pathname.replace(/\/+$/, '')}`;
  },
  concurrent: 4,
  streams: {
    customers: {
      source: {
        description: 'Customer accounts with their default addresses',
        record: customer,
        options: z.object({}),
        capabilities: { read: true, get: true, children: false },
        lagSeconds: 600,
        pageSize: 100,
      },
    },
  },
} satisfies ConnectorFacts;
