/** One kind of custom resource, defined once: its names, its columns, and the schemas that give type, CRD and reference page. */
import type { z } from 'zod';

export const group = 'supercargo.dev';
export const version = 'v1alpha1';
export const apiVersion = `${group}/${version}`;

export interface Column {
  name: string;
  type: 'string' | 'integer' | 'date' | 'boolean';
  jsonPath: string;
  /** Shown only with `-o wide`. */
  wide?: boolean;
  description: string;
}

/** A rule in CEL that the API server checks, with the sentence the user reads. */
export interface Rule {
  rule: string;
  message: string;
}

export interface Kind<Spec extends z.ZodObject = z.ZodObject, Status extends z.ZodObject = z.ZodObject> {
  kind: string;
  plural: string;
  singular: string;
  shortNames: string[];
  description: string;
  /** Longest name: children's names are made from it. */
  maxNameLength: number;
  spec: Spec;
  specRules: Rule[];
  status: Status;
  columns: Column[];
  /** Fields of the spec that field selectors may name. */
  selectableFields: string[];
}

export interface ObjectMeta {
  name: string;
  namespace: string;
  uid: string;
  generation: number;
  resourceVersion: string;
  creationTimestamp: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

/** A resource as the API server stores it: its defaults filled in. */
export interface Resource<K extends Kind> {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: z.output<K['spec']>;
  status?: z.output<K['status']>;
}

export function defineKind<Spec extends z.ZodObject, Status extends z.ZodObject>(
  kind: Kind<Spec, Status>,
): Kind<Spec, Status> {
  return kind;
}

/** The columns that begin and end the table of every long-living kind. */
export const ready: Column = {
  name: 'Ready',
  type: 'string',
  jsonPath: '.status.conditions[?(@.type=="Ready")].status',
  description: 'Whether the definition is usable',
};
export const reason: Column = {
  name: 'Reason',
  type: 'string',
  jsonPath: '.status.conditions[?(@.type=="Ready")].reason',
  description: 'Why it is, or is not, Ready',
};
export const message: Column = {
  name: 'Message',
  type: 'string',
  jsonPath: '.status.conditions[?(@.type=="Ready")].message',
  wide: true,
  description: 'The same in a sentence',
};
export const age: Column = {
  name: 'Age',
  type: 'date',
  jsonPath: '.metadata.creationTimestamp',
  description: 'Time since it was created',
};
