/**
 * Properties of ARCustomers, all that the metadata names.
 *
 * Names and types: entity type `Customer` of the $metadata that Sage published (SageNADev/Sage300-SDK, commit 696abf96, MIT; samples/
 * WebApi_WcfDataServices/…/Sage300AR/service.edmx), with the name that changed since (SageBillingAndPaymentCustomer) and what newer
 * servers add (CustomerContactSelection, UpdateOperation). Lengths and folding: Sage's Application Object Model, view AR0024 ARCUS.
 * Members: the same and client types generated from a live server. A length that no source tells is left open.
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

const who: Property[] = [
  ...fixedBy('creation', codes(12, 'CustomerNumber')),
  ...texts(10, 'ShortName'),
  ...codes(6, 'GroupCode'),
  ...codes(12, 'NationalAccount'),
  choice('Status', 'Active', 'Inactive'),
  ...dates('InactiveDate'),
  ...fixedBy('server', dates('DateLastMaintained')),
  ...noYes('OnHold'),
  ...dates('StartDate'),
  ...openTexts('CreditBureauNumber', 'CreditBureauRating'),
  ...dates('CreditBureauDate'),
];

const address: Property[] = [
  ...texts(60, 'CustomerName', 'AddressLine1', 'AddressLine2', 'AddressLine3', 'AddressLine4'),
  ...texts(30, 'City', 'StateProvince'),
  ...texts(20, 'ZipPostalCode'),
  ...texts(30, 'Country'),
  ...texts(60, 'ContactName'),
  ...texts(30, 'PhoneNumber', 'FaxNumber'),
  ...codes(6, 'TerritoryCode'),
];

const account: Property[] = [
  ...codes(6, 'AccountSet', 'AutocashProfile', 'BillingCycle', 'InterestProfile'),
  ...fixedBy('creation', codes(3, 'CurrencyCode')),
  ...noYes('PrintStatements'),
  choice('AccountType', 'OpenItem', 'BalanceForward'),
  ...codes(6, 'Terms'),
  ...codes(2, 'RateType'),
  ...codes(12, 'TaxGroup'),
  ...texts(20, ...five('TaxRegistrationNumber')),
  ...integers(...five('TaxClassCode')),
  ...decimals('CreditLimitCustomerCurrency'),
];

const perCurrency = (name: string) => [`${name}CustomerCurrency`, `${name}FunctionalCurrency`];

/** Kept by posting, shown by every GET, never set by a client. */
const statistics = fixedBy('server', [
  ...decimals('BalanceDueInCustomerCurrency', 'BalanceDueInFunctionalCurrency'),
  ...decimals('LastStatementTotalCustomerCurrency', 'BeginningBalanceOnLastStatement', 'LastRevaluationBalance'),
  ...dates('DateOfLastStatement', 'DateOfLastBalanceForwardStatement', 'DateOfLastRevaluation'),
  ...decimals('NumberOfOpenDocuments', 'NumberOfPaidInvoices', 'NumberOfDaysToPay'),
  ...dates(
    'DateOfLargestInvoice',
    'DateOfHighestBalance',
    'DateOfLargestInvoiceLastYear',
    'DateOfHighestBalanceLastYear',
  ),
  ...dates(
    'DateOfLastActivity',
    'DateOfLastInvoice',
    'DateOfLastCreditNote',
    'DateOfLastDebitNote',
    'DateOfLastReceipt',
  ),
  ...dates('DateOfLastDiscount', 'DateOfLastAdjustment', 'DateOfLastWriteOff', 'DateOfLastReturnedCheck'),
  ...dates('DateOfLastInterestCharge', 'DateOfLastRefund'),
  ...openTexts('LargestInvoiceNumber', 'LargestInvoiceNumberLastYear'),
  ...decimals(
    ...['LargestInvoice', 'HighestBalance', 'LargestInvoiceLastYear', 'HighBalanceLastYear'].flatMap(perCurrency),
  ),
  ...decimals(
    ...['LastInvoiceAmount', 'LastCreditNoteAmount', 'LastDebitNoteAmount', 'LastReceipt'].flatMap(perCurrency),
  ),
  ...decimals(...['LastDiscountAmount', 'LastAdjustmentAmount', 'LastWriteOffAmount'].flatMap(perCurrency)),
  ...decimals('LastReturnedCheckAmountCustomerCurr', 'LastReturnedCheckAmountFunctionalCurr'),
  ...decimals(...['LastInterestCharge', 'LastRefundAmount', 'AmountRetained', 'AmountPrepaid'].flatMap(perCurrency)),
  ...decimals('AverageDaysToPay', 'AmountPastDue', 'NumberOfOpenPrepayments'),
  ...integers('NumberOfOptionalFields', 'NextClientUniqueID'),
]);

const selling: Property[] = [
  ...codes(8, ...five('Salesperson')),
  ...decimals(...five('SalesSplitPercentage')),
  ...codes(6, 'CustomerPriceList'),
  choice('CustomerDiscountType', 'Base', 'A', 'B', 'C', 'D', 'E'),
  ...texts(50, 'ContactsEmail', 'Email'),
  ...texts(100, 'WebSite'),
  ...integers('BillingMethod'),
  ...codes(12, 'PaymentCode'),
  ...texts(60, 'FreeOnBoard'),
  ...codes(6, 'ShipViaCode'),
  ...texts(60, 'ShipViaDescription'),
  choice('DeliveryMethod', 'Mail', 'Emailcustomer', 'Emailcontact', 'Emailmultiplecontacts'),
  ...codes(6, 'PrimaryShipToLocation'),
  ...texts(30, 'ContactsPhone', 'ContactsFax'),
  ...noYes('AllowPartialShipments', 'AllowWebStoreShopping'),
];

const control: Property[] = [
  ...decimals('PercentRetained'),
  ...integers('DaysRetained'),
  ...codes(6, 'RetainageTermsCode'),
  choice('ProcessCommandCode', 'InsertOptionalFields', 'CheckOutstandingDocs'),
  ...openTexts('CheckLanguage'),
  ...codes(6, 'InventoryLocation'),
  ...noYes('CheckCreditLimit', 'CheckOverdueAmounts'),
  ...integers('DaysOverdue'),
  ...decimals('AmountOverdue'),
  ...noYes('AllowBackorderQuantities'),
  choice('CheckForDuplicatePOs', 'None', 'Warning', 'Error'),
  ...booleans('SuppressIntegration'),
  ...openTexts('ARVersion', 'Database'),
  openChoice('Mode', 'None'),
  ...noYes('SageBillingAndPaymentCustomer'),
  ...openTexts('BusinessRegistrationNumber'),
];

const contactSelection: Property = {
  name: 'CustomerContactSelection',
  type: 'details',
  initial: [],
  details: {
    key: 'ContactCode',
    properties: [
      ...codes(12, 'CustomerNumber', 'ContactCode'),
      openChoice('SelectApplication', 'All'),
      updateOperation,
    ],
  },
};

export const customerProperties: readonly Property[] = [
  ...who,
  ...address,
  ...account,
  ...statistics,
  ...selling,
  ...control,
  optionalFields('CustomerOptionalFieldValues', ['CustomerNumber'], 'CustomerOptionalFieldValueType'),
  contactSelection,
  updateOperation,
];
