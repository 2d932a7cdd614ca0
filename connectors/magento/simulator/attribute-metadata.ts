/** What the shop tells of a customer's attributes; the gender options are the installer's. */
import type { Entity } from '../../../test/servers/collection.ts';

const genders = [
  { label: ' ', value: '' },
  { label: 'Male', value: '1' },
  { label: 'Female', value: '2' },
  { label: 'Not Specified', value: '3' },
];

/** Code, label, input, required; in the order of the account form. */
const standard: readonly (readonly [string, string, string, boolean])[] = [
  ['website_id', 'Associate to Website', 'select', true],
  ['created_in', 'Created From', 'text', false],
  ['group_id', 'Group', 'select', true],
  ['disable_auto_group_change', 'Disable Automatic Group Change Based on VAT ID', 'boolean', false],
  ['prefix', 'Name Prefix', 'text', false],
  ['firstname', 'First Name', 'text', true],
  ['middlename', 'Middle Name/Initial', 'text', false],
  ['lastname', 'Last Name', 'text', true],
  ['suffix', 'Name Suffix', 'text', false],
  ['email', 'Email', 'text', true],
  ['dob', 'Date of Birth', 'date', false],
  ['taxvat', 'Tax/VAT Number', 'text', false],
  ['gender', 'Gender', 'select', false],
];

/** All attributes: the system's and those that were made in this shop. */
export function customerMetadata(customCodes: Iterable<string>): Entity[] {
  const system = standard.map(([code, label, input, required], place) => ({
    ...described(code, label, input, place),
    required,
    system: true,
    user_defined: false,
  }));
  const custom = [...customCodes].map((code, place) => described(code, code, 'text', 100 + place));
  return [...system, ...custom];
}

function described(code: string, label: string, input: string, place: number): Entity {
  return {
    frontend_input: input,
    input_filter: input === 'date' ? 'date' : '',
    store_label: label,
    validation_rules: [],
    multiline_count: 0,
    visible: true,
    required: false,
    data_model: '',
    options: code === 'gender' ? genders : [],
    frontend_class: '',
    user_defined: true,
    sort_order: (place + 1) * 10,
    frontend_label: label,
    note: '',
    system: false,
    backend_type: input === 'select' || input === 'boolean' ? 'int' : 'varchar',
    attribute_code: code,
  };
}
