/** A kind as a CustomResourceDefinition. */
import { type Column, group, type Kind, version } from './kind.ts';
import { type Schema, toSchema } from './schema.ts';

export function toDefinition(kind: Kind): Record<string, unknown> {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${kind.plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: {
        kind: kind.kind,
        listKind: `${kind.kind}List`,
        plural: kind.plural,
        singular: kind.singular,
        shortNames: kind.shortNames,
        categories: ['supercargo'],
      },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: kind.columns.map(toColumn),
          ...(kind.selectableFields.length === 0
            ? {}
            : { selectableFields: kind.selectableFields.map(jsonPath => ({ jsonPath })) }),
          schema: { openAPIV3Schema: toRoot(kind) },
        },
      ],
    },
  };
}

function toColumn(column: Column): Record<string, unknown> {
  return {
    name: column.name,
    type: column.type,
    jsonPath: column.jsonPath,
    description: column.description,
    ...(column.wide ? { priority: 1 } : {}),
  };
}

/** The whole object. Its status says −1 until the operator has looked, so that waiting for it works from the first moment. */
function toRoot(kind: Kind): Schema {
  const spec = toSchema(kind.spec, `${kind.kind}.spec`);
  const rules = [...((spec['x-kubernetes-validations'] as unknown[] | undefined) ?? []), ...kind.specRules];
  return {
    description: kind.description,
    type: 'object',
    required: ['spec'],
    properties: {
      apiVersion: { type: 'string', description: 'Version of the schema' },
      kind: { type: 'string', description: 'Name of the kind' },
      metadata: { type: 'object' },
      spec: {
        ...spec,
        description: 'What is wanted',
        ...(rules.length === 0 ? {} : { 'x-kubernetes-validations': rules }),
      },
      status: {
        ...toSchema(kind.status, `${kind.kind}.status`),
        description: 'What is',
        default: { observedGeneration: -1 },
      },
    },
    'x-kubernetes-validations': [
      {
        rule: `self.metadata.name.size() <= ${kind.maxNameLength} && !self.metadata.name.contains('.')`,
        message: `the name must be a DNS label of at most ${kind.maxNameLength} characters`,
      },
    ],
  };
}
