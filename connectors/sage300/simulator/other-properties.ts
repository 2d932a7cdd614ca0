/**
 * Properties of ship-to locations and of what a customer refers to. Names and types: entity types `ShipToLocation`, `CustomerGroup`
 * and `TermsCode` of the same $metadata as `customer-properties.ts` (the key of ARTerms is TermsCode in Sage's sample payload), view
 * AR0023 ARCSP for lengths; tax groups: client types generated from a live server.
 */
import {
  booleans,
  choice,
  codes,
  dates,
  decimals,
  five,
  fixedBy,
  integers,
  noYes,
  openChoice,
  openTexts,
  optionalFields,
  type Property,
  texts,
  updateOperation,
} from './property.ts';

const status: Property[] = [
  choice('Status', 'Active', 'Inactive'),
  ...dates('InactiveDate'),
  ...fixedBy('server', dates('DateLastMaintained')),
];

const salespeople: Property[] = [...codes(8, ...five('Salesperson')), ...decimals(...five('SalesSplitPercentage'))];

export const shipToProperties: readonly Property[] = [
  ...fixedBy('creation', [...codes(12, 'CustomerNumber'), ...codes(6, 'ShipToLocationKey')]),
  ...status,
  ...texts(60, 'Description', 'AddressLine1', 'AddressLine2', 'AddressLine3', 'AddressLine4'),
  ...texts(30, 'City', 'StateProvince'),
  ...texts(20, 'ZipPostalCode'),
  ...texts(30, 'Country'),
  ...texts(60, 'ContactName'),
  ...texts(30, 'PhoneNumber', 'FaxNumber'),
  ...codes(6, 'TerritoryCode'),
  ...codes(12, 'TaxGroup'),
  ...texts(20, ...five('TaxRegistrationNumber')),
  ...integers(...five('TaxClassCode')),
  ...texts(60, 'SpecialInstructions'),
  ...salespeople,
  ...codes(6, 'CustomerPriceList'),
  ...texts(60, 'FreeOnBoard'),
  ...codes(6, 'ShipViaCode'),
  ...texts(60, 'ShipViaDescription'),
  ...noYes('PrimaryShipToIndicator'),
  ...texts(50, 'Email', 'ContactsEmail'),
  ...texts(30, 'ContactsPhone', 'ContactsFax'),
  ...fixedBy('server', integers('NumberOfOptionalFields')),
  openChoice('ProcessCommandCode', 'InsertOptionalFields'),
  ...codes(6, 'InventoryLocation'),
  ...booleans('SuppressIntegration'),
  ...openTexts('ARVersion', 'Database'),
  openChoice('Mode', 'None'),
  optionalFields(
    'ShipToLocationsOptionalField',
    ['CustomerNumber', 'ShipToLocationCode'],
    'ShipToLocationsOptionalFieldType',
  ),
  updateOperation,
];

export const groupProperties: readonly Property[] = [
  ...fixedBy('creation', codes(6, 'GroupCode')),
  ...texts(60, 'Description'),
  ...status,
  ...codes(6, 'AccountSet', 'AutocashProfile', 'BillingCycle', 'InterestProfile'),
  choice('AccountType', 'OpenItem', 'BalanceForward'),
  ...codes(6, 'Terms'),
  ...codes(2, 'RateType'),
  ...noYes('AllowEditOfCreditLimit'),
  ...codes(3, ...five('CreditLimit').map(name => `${name}Currency`)),
  ...decimals(...five('CreditLimit').map(name => `${name}Amount`)),
  ...fixedBy('server', integers('NumberOfOptionalFields')),
  openChoice('ProcessCommandCode', 'InsertOptionalFields'),
  ...codes(12, 'TaxGroup'),
  ...integers(...five('TaxClassCode')),
  ...salespeople,
  ...noYes('PrintStatements', 'CheckCreditLimit', 'CheckOverdueAmounts'),
  ...integers('DaysOverdue'),
  ...decimals(...five('AmountOverdue')),
  optionalFields('CustomerGroupOptionalFieldVa', ['CustomerGroup'], 'CustomerGroupOptionalFieldVaType'),
  updateOperation,
];

const table = (name: string) => [1, 2, 3, 4].map(number => `${name}${number}`);
const tableParts = ['StartingDay', 'EndingDay', 'MonthsAdded', 'DayOfMonth'];

export const termsProperties: readonly Property[] = [
  ...fixedBy('creation', codes(6, 'TermsCode')),
  ...texts(60, 'Description'),
  ...status,
  ...noYes('UsePaymentSchedule'),
  openChoice('CalculationBaseForDiscountwithTax', 'Excluded'),
  openChoice('DiscountType', 'DaysFromInvoiceDate'),
  ...decimals(...tableParts.flatMap(part => table(`DiscountTable${part}`))),
  openChoice('DueDateType', 'DaysFromInvoiceDate'),
  ...decimals(...tableParts.flatMap(part => table(`DueDateTable${part}`))),
  ...decimals('NumberOfPayments', 'TotalPercentDue'),
  {
    name: 'TermsPaymentSchedules',
    type: 'details',
    initial: [],
    details: {
      key: 'PaymentNumber',
      properties: [
        ...codes(6, 'TermsCode'),
        ...decimals('PaymentNumber', 'PercentDue', 'DiscountPercent', 'DiscountNumberOfDays', 'DiscountDayOfMonth'),
        ...decimals('DueNumberOfDays', 'DueDayOfMonth'),
        ...dates('DateLastMaintained'),
        updateOperation,
      ],
    },
  },
  updateOperation,
];

export const taxGroupProperties: readonly Property[] = [
  ...codes(12, 'TaxGroupKey'),
  choice('TransactionType', 'Sales', 'Purchases'),
  ...texts(60, 'Description'),
  ...codes(3, 'TaxReportingCurrency'),
  ...codes(12, ...five('TaxAuthority')),
  ...booleans(...five('Taxable')),
  openChoice('TaxCalculationMethod', 'CalculateTaxBySummary'),
  ...dates('LastMaintained'),
  ...booleans(...five('Surtax')),
  ...codes(12, ...five('SurtaxOnAuthority')),
  ...codes(2, 'TaxReportingRateType'),
  updateOperation,
];
