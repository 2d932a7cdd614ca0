/** Adobe's OpenAPI (Swagger 2.0) of the 2.4.9 admin REST API: finds the operation of a request, compiles the schemas of its bodies. */
import { Ajv, type ValidateFunction } from 'ajv';
import { parse } from 'yaml';
import { lenient, rewritten, type Schema } from './magento-schema.ts';
import { vendorText } from './vendor-files.ts';

export interface Parameter {
  name: string;
  in: 'query' | 'path' | 'body';
  type?: string;
  required?: boolean;
  schema?: Schema;
}

export interface Operation {
  parameters?: Parameter[];
  responses: Record<string, { schema?: Schema }>;
}

interface Description {
  paths: Record<string, Record<string, Operation>>;
  definitions: Record<string, Schema>;
}

/** The verbs of the path that fits, and what stood in the place of its parameters; null = no path fits. */
export interface Fit {
  verbs: Record<string, Operation>;
  values: Map<string, string>;
}

export type Use = 'request' | 'answer';

export class MagentoOpenApi {
  readonly #description: Description;
  readonly #ajv: Ajv;
  readonly #compiled = new Map<unknown, ValidateFunction>();

  constructor() {
    this.#description = parse(vendorText('magento/openapi/admin-schema-2.4.9.yaml.gz')) as Description;
    this.#ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
    const { definitions } = this.#description;
    this.#ajv.addSchema({ $id: 'request', definitions: rewritten(definitions, 'request') });
    this.#ajv.addSchema({
      $id: 'answer',
      definitions: lenient(rewritten(definitions, 'answer') as Record<string, Schema>),
    });
  }

  /** Path below `/rest/<store>`. Literal segments go before parameters; templates that differ in names only count as one. */
  fit(path: string): Fit | null {
    const segments = path.split('/').map(decodeURIComponent);
    const fits = Object.entries(this.#description.paths).flatMap(([template, verbs]) => {
      const values = valuesOf(template.split('/'), segments);
      return values ? [{ verbs, values }] : [];
    });
    const fewest = Math.min(...fits.map(({ values }) => values.size));
    const best = fits.filter(({ values }) => values.size === fewest);
    if (best.length === 0) return null;
    return {
      verbs: Object.assign({}, ...best.map(({ verbs }) => verbs)),
      values: new Map(best.flatMap(({ values }) => [...values])),
    };
  }

  /** What the schema says against the value; `#/definitions/x` refers to the description's. */
  errors(schema: Schema, use: Use, value: unknown): { keyword: string; message: string }[] {
    const key = `${use} ${JSON.stringify(schema)}`;
    const validate = this.#compiled.get(key) ?? this.#ajv.compile(rewritten(schema, use) as Schema);
    this.#compiled.set(key, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ keyword, instancePath, message = '', params }) => ({
      keyword,
      message: `${instancePath || 'the body'} ${message}${params.additionalProperty ? `: ${params.additionalProperty}` : ''}`,
    }));
  }
}

function valuesOf(steps: readonly string[], segments: readonly string[]): Map<string, string> | null {
  if (steps.length !== segments.length) return null;
  const values = new Map<string, string>();
  for (const [place, step] of steps.entries()) {
    const segment = segments[place] ?? '';
    const name = /^\{(.+)\}$/.exec(step)?.[1];
    if (name) values.set(name, segment);
    else if (step !== segment) return null;
  }
  return values;
}
