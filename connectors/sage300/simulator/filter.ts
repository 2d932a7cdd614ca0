/** `$filter`, parsed: the operators and functions that Sage documents and no others. */
import type { Property, PropertyType } from './property.ts';
import { Refusal } from './refusal.ts';

export type Comparator = 'eq' | 'ne' | 'gt' | 'lt' | 'le';
export type FunctionName = 'startswith' | 'endswith' | 'substringof';

export type Filter =
  | { kind: 'and' | 'or'; left: Filter; right: Filter }
  | { kind: 'compare'; property: Property; comparator: Comparator; value: string | number | boolean }
  | { kind: 'length'; property: Property; comparator: Comparator; value: number }
  | { kind: 'call'; name: FunctionName; property: Property; text: string };

type Properties = ReadonlyMap<string, Property>;
type TokenKind = 'text' | 'date' | 'number' | 'name' | 'mark';

interface Token {
  kind: TokenKind;
  text: string;
}

/** Throws `InvalidParameters` for anything that is not documented: ge, contains, not, arithmetic, OData v3 literals … */
export function parseFilter(properties: Properties, text: string): Filter {
  const parser = new Parser(properties, tokens(text));
  const filter = parser.disjunction();
  parser.end();
  return filter;
}

const lexemes: readonly (readonly [TokenKind, RegExp])[] = [
  ['text', /^'(?:[^']|'')*'/],
  ['date', /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})/],
  ['number', /^-?\d+(?:\.\d+)?(?![\w-])/],
  ['name', /^[A-Za-z_]\w*/],
  ['mark', /^[(),]/],
];

function tokens(text: string): Token[] {
  const found: Token[] = [];
  let rest = text.trimStart();
  while (rest !== '') {
    const match = lexemes.flatMap(([kind, pattern]) => {
      const hit = pattern.exec(rest);
      return hit ? [{ kind, text: hit[0] }] : [];
    })[0];
    if (!match) throw invalid(`unexpected "${rest.slice(0, 20)}"`);
    found.push(match);
    rest = rest.slice(match.text.length).trimStart();
  }
  return found;
}

const comparators = new Set<string>(['eq', 'ne', 'gt', 'lt', 'le']);
const functions = new Set<string>(['startswith', 'endswith', 'substringof']);

class Parser {
  readonly #properties: Properties;
  readonly #tokens: readonly Token[];
  #place = 0;

  constructor(properties: Properties, list: readonly Token[]) {
    this.#properties = properties;
    this.#tokens = list;
  }

  disjunction(): Filter {
    let left = this.#conjunction();
    while (this.#skip('or')) left = { kind: 'or', left, right: this.#conjunction() };
    return left;
  }

  end(): void {
    const token = this.#tokens[this.#place];
    if (token) throw invalid(`unexpected "${token.text}"`);
  }

  #conjunction(): Filter {
    let left = this.#condition();
    while (this.#skip('and')) left = { kind: 'and', left, right: this.#condition() };
    return left;
  }

  #condition(): Filter {
    if (this.#skip('(')) {
      const inner = this.disjunction();
      this.#expect(')');
      return inner;
    }
    const name = this.#take('name').text;
    if (functions.has(name)) return this.#call(name as FunctionName);
    if (name === 'length' && this.#skip('(')) return this.#length();
    const property = this.#property(name);
    const comparator = this.#comparator();
    return { kind: 'compare', property, comparator, value: this.#literal(property, comparator) };
  }

  /** `substringof` names the text first, the others the property. */
  #call(name: FunctionName): Filter {
    this.#expect('(');
    const textFirst = name === 'substringof';
    const before = textFirst ? unquoted(this.#take('text').text) : null;
    if (textFirst) this.#expect(',');
    const property = this.#textProperty();
    if (!textFirst) this.#expect(',');
    const text = before ?? unquoted(this.#take('text').text);
    this.#expect(')');
    if (this.#skip('eq') && !this.#skip('true')) throw invalid(`${name} is compared with something else than true`);
    return { kind: 'call', name, property, text };
  }

  #length(): Filter {
    const property = this.#textProperty();
    this.#expect(')');
    const comparator = this.#comparator();
    return { kind: 'length', property, comparator, value: Number(this.#take('number').text) };
  }

  #literal(property: Property, comparator: Comparator): string | number | boolean {
    const wanted: Record<PropertyType, TokenKind | null> = {
      text: 'text',
      choice: 'text',
      integer: 'number',
      decimal: 'number',
      date: 'date',
      boolean: 'name',
      details: null,
    };
    const kind = wanted[property.type];
    if (!kind) throw invalid(`${property.name} is a collection`);
    const text = this.#take(kind, ` to compare ${property.name} with`).text;
    if (property.type === 'choice') return chosen(property, comparator, unquoted(text));
    if (property.type === 'boolean' && text !== 'true' && text !== 'false')
      throw invalid(`${text} is neither true nor false`);
    if (kind === 'text') return unquoted(text);
    if (kind === 'number') return Number(text);
    return kind === 'date' ? new Date(text).getTime() : text === 'true';
  }

  #comparator(): Comparator {
    const { text } = this.#take('name');
    if (!comparators.has(text)) throw invalid(`the operator ${text} is not supported`);
    return text as Comparator;
  }

  #textProperty(): Property {
    const property = this.#property(this.#take('name').text);
    if (property.type !== 'text') throw invalid(`${property.name} is no text`);
    return property;
  }

  #property(name: string): Property {
    const property = this.#properties.get(name);
    if (!property) throw invalid(`there is no property or function ${name}`);
    return property;
  }

  #skip(text: string): boolean {
    if (this.#tokens[this.#place]?.text !== text) return false;
    this.#place += 1;
    return true;
  }

  #expect(text: string): void {
    if (!this.#skip(text)) throw invalid(`"${text}" is missing`);
  }

  #take(kind: TokenKind, purpose = ''): Token {
    const token = this.#tokens[this.#place];
    if (token?.kind !== kind) throw invalid(`a ${kind}${purpose} is expected, not "${token?.text ?? 'the end'}"`);
    this.#place += 1;
    return token;
  }
}

function chosen({ name, members }: Property, comparator: Comparator, text: string): string {
  if (comparator !== 'eq' && comparator !== 'ne') throw invalid(`${name} can only be equal or not`);
  if (members && !members.includes(text)) throw invalid(`${name} has no member ${text}`);
  return text;
}

function unquoted(text: string): string {
  return text.slice(1, -1).replaceAll("''", "'");
}

function invalid(reason: string): Refusal {
  return new Refusal('InvalidParameters', `The $filter is not valid: ${reason}.`);
}
