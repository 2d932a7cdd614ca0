/** What is known of Sage 300 without talking to it. Lengths and names: `README.md` of this folder names the sources. */
import { z } from 'zod';
import type { ConnectorFacts } from '../contract.ts';

const text = (max: number, description: string) =>
  z.string().max(max).nullable().optional().describe(`${description} (at most ${max} characters)`);

/** The fields a mapping may set on an A/R customer. Limits are those of the view ARCUS (AR0024). */
export const customer = z.object({
  email: text(50, "E-mail of the company; Sage's Email"),
  firstName: text(60, 'Given name; part of CustomerName and ContactName'),
  middleName: text(60, 'Middle name; part of ContactName'),
  lastName: text(60, 'Family name; part of CustomerName and ContactName'),
  company: text(60, 'Company; CustomerName if given'),
  phone: text(30, 'Telephone; PhoneNumber, digits only'),
  taxNumber: text(20, 'TaxRegistrationNumber1'),
  groupCode: text(6, 'GroupCode: an active customer group'),
  taxGroup: text(12, 'TaxGroup: an existing tax group'),
  territoryCode: text(6, 'TerritoryCode'),
  terms: text(6, 'Terms: a terms code'),
  accountSet: text(6, 'AccountSet'),
  priceList: text(6, 'CustomerPriceList'),
  shortName: text(10, 'ShortName: what lists sort by'),
});

const config = z.object({
  url: z
    .string()
    .max(300)
    .regex(/^https?:\/\//)
    .describe('Base URL of the Web API, for example https://sage.example.com/Sage300WebApi'),
  company: z
    .string()
    .max(6)
    .regex(/^[A-Z0-9]+$/)
    .describe('Database id of the company in upper case, for example SAMLTD'),
});

export const sage300 = {
  system: 'sage300',
  title: 'Sage 300',
  description: 'A company database of Sage 300, by its Web API',
  config,
  secretKeys: {
    username: { description: 'Sage 300 user with the right "Sage 300 Web API" for A/R; not ADMIN', required: true },
    password: { description: 'Password of that user', required: true },
  },
  identity: (settings: z.infer<typeof config>) => {
    const url = new URL(settings.url);
    return `${url.host}${url.pathname.replace(/\/+$/, '')} ${settings.company}`;
  },
  concurrent: 2,
  streams: {
    customers: {
      destination: {
        description: 'A/R customers',
        record: customer,
        options: z.object({}),
        capabilities: { find: true, update: true, create: false },
        matchFields: ['email'],
        match: [['email']],
        mandatoryLookups: ['groupCode', 'taxGroup'],
        createSafety: null,
      },
    },
  },
} satisfies ConnectorFacts;
