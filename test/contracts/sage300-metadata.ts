/** The $metadata that Sage published for A/R, and what its sample payloads and newer servers add: names and types of properties. */
import { vendorJson, vendorText } from './vendor-files.ts';

/** `Edm.String`, `Edm.Decimal` …, or the properties of a collection's entries. */
export type EdmType = string | Properties;
export type Properties = Map<string, { type: EdmType; nullable: boolean }>;

const entityTypes: Record<string, string> = {
  ARCustomers: 'Customer',
  ARShipToLocations: 'ShipToLocation',
  ARCustomerGroups: 'CustomerGroup',
  ARTerms: 'TermsCode',
};

/** Newer servers (client types generated from a live one; SOURCE.md and the reference page name them). */
const newer: Record<string, Record<string, string>> = {
  ARCustomers: { SageBillingAndPaymentCustomer: 'Edm.String', UpdateOperation: 'Edm.String' },
  ARShipToLocations: { UpdateOperation: 'Edm.String' },
  ARCustomerGroups: { UpdateOperation: 'Edm.String' },
  ARTerms: { UpdateOperation: 'Edm.String' },
};

/** Tax groups are in no published metadata; these are the properties a live server shows. */
const taxGroup: Record<string, string> = {
  TaxGroupKey: 'Edm.String',
  TransactionType: 'Edm.String',
  Description: 'Edm.String',
  TaxReportingCurrency: 'Edm.String',
  TaxCalculationMethod: 'Edm.String',
  LastMaintained: 'Edm.DateTime',
  TaxReportingRateType: 'Edm.String',
  UpdateOperation: 'Edm.String',
  ...numbered('TaxAuthority', 'Edm.String'),
  ...numbered('Taxable', 'Edm.Boolean'),
  ...numbered('Surtax', 'Edm.Boolean'),
  ...numbered('SurtaxOnAuthority', 'Edm.String'),
};

/** Properties by resource. */
export function sage300Properties(): Map<string, Properties> {
  const edmx = vendorText('sage300/sage300-ar-metadata-odata-v3.edmx');
  const found = new Map<string, Properties>([['TXTaxGroups', properties(taxGroup)]]);
  for (const [resource, type] of Object.entries(entityTypes)) {
    const own = typeNamed(edmx, 'EntityType', type);
    for (const name of Object.keys(vendorJson(`sage300/payloads/${resource}.json`) as object)) {
      if (!own.has(name)) own.set(name, { type: 'Edm.String', nullable: true });
    }
    for (const [name, added] of properties(newer[resource] ?? {})) own.set(name, added);
    if (resource === 'ARCustomers') own.set('CustomerContactSelection', { type: contactSelection, nullable: false });
    found.set(resource, own);
  }
  return found;
}

const contactSelection = properties({
  CustomerNumber: 'Edm.String',
  ContactCode: 'Edm.String',
  SelectApplication: 'Edm.String',
  UpdateOperation: 'Edm.String',
});

function typeNamed(edmx: string, element: 'EntityType' | 'ComplexType', name: string): Properties {
  const block = new RegExp(`<${element} Name="${name}">(.*?)</${element}>`, 's').exec(edmx)?.[1] ?? '';
  const own: Properties = new Map();
  for (const [, property = '', type = '', nullable] of block.matchAll(
    /<Property Name="(\w+)" Type="([^"]+)"( Nullable="false")?/g,
  )) {
    const entry = /^Collection\(.*\.(\w+)\)$/.exec(type)?.[1];
    own.set(property, { type: entry ? detail(edmx, entry) : type, nullable: nullable === undefined });
  }
  return own;
}

function detail(edmx: string, name: string): Properties {
  return typeNamed(edmx, 'ComplexType', name).set('UpdateOperation', { type: 'Edm.String', nullable: false });
}

function properties(types: Record<string, string>): Properties {
  return new Map(Object.entries(types).map(([name, type]) => [name, { type, nullable: type === 'Edm.DateTime' }]));
}

function numbered(name: string, type: string): Record<string, string> {
  return Object.fromEntries([1, 2, 3, 4, 5].map(number => [`${name}${number}`, type]));
}
