/** What a connector, and a careless one, would ask Sage 300; and Sage's own Postman walk-through. */
import company from '../../connectors/sage300/fixtures/company.json' with { type: 'json' };
import { startSage300 } from '../../connectors/sage300/simulator/start.ts';
import type { Drive, Step } from './drive.ts';

const basic = (user: string) => `Basic ${Buffer.from(user).toString('base64')}`;
const json = { 'content-type': 'application/json' };
const headers = { ...json, authorization: basic('WEBAPI:example-password') };

export const driveSage300: Drive = {
  system: 'sage300',
  start: () => startSage300(),
  seed: { ...company },
  headers,
  right: [
    ...[
      '$metadata',
      'ARCustomers?$top=2',
      'ARCustomers?$skip=1&$top=2&$count=true',
      'ARCustomers?$count=true&$top=1',
    ].map(get),
    get('ARCustomers?$count=true&$select=CustomerNumber,ShortName,GroupCode'),
    ...[
      "City eq 'Leeds'",
      "BalanceDueInCustomerCurrency gt 1000.00 and DateOfLastInvoice gt 2016-12-31T12:00:00Z and AccountType eq 'BalanceForward'",
      "(Email eq 'twin@shop.example' or ContactsEmail eq 'twin@shop.example')",
      "Email eq 'o''hara@sons.example'",
      "CustomerNumber gt '1200' and CustomerNumber le '1230'",
      "startswith(CustomerNumber,'12') and length(ShortName) gt 4",
      "substringof('Twin',CustomerName) or endswith(CustomerName,'Sons')",
      'DateLastMaintained gt 2026-11-01T12:00:00Z',
      "OnHold ne 'Yes'",
    ].map(filter => get(`ARCustomers?$filter=${filter}&$select=CustomerNumber,ShortName,Email`)),
    ...["ARCustomers('1200')", "ARCustomers(CustomerNumber='1200')", "ARCustomerGroups('WHL')", "ARTerms('N30')"].map(
      get,
    ),
    get("ARShipToLocations(ShipToLocationKey='OFFICE',CustomerNumber='1200')"),
    get("ARShipToLocations('1200','DEPOT')"),
    get("ARShipToLocations?$filter=CustomerNumber eq '1200'"),
    { method: 'GET', path: '/Sage300WebApi/v1.0/-/SAMLTD/TX/TXTaxGroups?$top=5' },
    { method: 'GET', path: "/Sage300WebApi/v1.0/-/SAMLTD/TX/TXTaxGroups('GBVAT','Sales')" },
    post("ARCustomers('$template')"),
    post('ARCustomers', { CustomerNumber: 'Z_POSTMAN', GroupCode: 'RTL', TaxGroup: 'GBVAT', ShortName: 'Old Name' }),
    write('PUT', "ARCustomers('Z_POSTMAN')", { ShortName: 'New Name' }),
    write('PATCH', "ARCustomers('Z_POSTMAN')", {
      CustomerName: 'Postman Ltd',
      Email: '',
      OnHold: 'Yes',
      CreditLimitCustomerCurrency: 12.5,
    }),
    write('PATCH', "ARCustomers('1200')", {
      CustomerOptionalFieldValues: [
        { CustomerNumber: '1200', OptionalField: 'WEBID', Value: 'm2-1-2', UpdateOperation: 'Update' },
      ],
    }),
    post('ARShipToLocations', {
      CustomerNumber: '1210',
      ShipToLocationKey: '0012XK',
      Description: 'Depot',
      TaxGroup: 'GBVAT',
    }),
    write('PATCH', "ARShipToLocations(CustomerNumber='1210',ShipToLocationKey='0012XK')", { City: 'Leeds' }),
    { method: 'DELETE', path: at("ARShipToLocations('1210','0012XK')") },
    { method: 'DELETE', path: at("ARCustomers('Z_POSTMAN')") },
  ],
  wrong: [
    { ...get('ARCustomers'), headers: json },
    { ...get('ARCustomers'), headers: { ...json, authorization: basic('WEBAPI:wrong') } },
    { ...get('ARCustomers'), headers: { authorization: headers.authorization } },
    { method: 'GET', path: '/Sage300WebApi/v1.0/-/NORCOM/AR/ARCustomers' },
    ...['ARCustomer', "ARCustomers('none')", "ARShipToLocations('1200')", "ARCustomers(Name='1200')"].map(get),
    ...['$orderby=City', '$expand=CustomerOptionalFieldValues', '$top=many', '$select=Nothing'].map(option =>
      get(`ARCustomers?${option}`),
    ),
    ...[
      "CustomerNumber ge '1200'",
      "contains(City,'Leeds')",
      "Nothing eq 'x'",
      'City eq 5',
      "DateLastMaintained gt datetime'2015-12-31T12:00'",
      "City eq 'Leeds",
      "Status eq 'Sleeping'",
    ].map(filter => get(`ARCustomers?$filter=${filter}`)),
    write('PATCH', "ARCustomers('1200')", { InvalidProperty: 'Some Value' }),
    write('PATCH', "ARCustomers('1200')", { CustomerName: 'x'.repeat(61) }),
    write('PATCH', "ARCustomers('1200')", { OnHold: 'Perhaps' }),
    write('PATCH', "ARCustomers('1200')", { CurrencyCode: 'USD' }),
    write('PATCH', "ARCustomers('1200')", { GroupCode: 'NOWHERE' }),
    write('PATCH', "ARCustomers('1500')", { CustomerName: 'Of an inactive group' }),
    write('PATCH', "ARCustomers('none')", { City: 'Leeds' }),
    post('ARCustomers', { CustomerNumber: '1200', GroupCode: 'RTL', TaxGroup: 'GBVAT', ShortName: 'Twice' }),
    post('ARCustomers', { CustomerNumber: '1999', GroupCode: 'RTL', TaxGroup: 'NOWHERE', ShortName: 'Untaxed' }),
    { method: 'POST', path: at('ARCustomers'), body: '{"CustomerNumber":' },
    { method: 'PATCH', path: at('ARCustomers'), body: {} },
    { method: 'POST', path: '/Sage300WebApi/v1.0/-/SAMLTD/TX/TXTaxGroups', body: { TaxGroupKey: 'NEW' } },
  ],
};

function at(resource: string): string {
  return `/Sage300WebApi/v1.0/-/SAMLTD/AR/${resource}`;
}

function get(resource: string): Step {
  return { method: 'GET', path: at(resource) };
}

function post(resource: string, body: unknown = {}): Step {
  return { method: 'POST', path: at(resource), body };
}

function write(method: 'PUT' | 'PATCH', resource: string, body: unknown): Step {
  return { method, path: at(resource), body };
}
