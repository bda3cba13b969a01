import type { JsonSchema } from './json-schema';
import { shapeOf, type Shape } from './shape';

/** One side of a comparison: a part of a schema and the whole it lies in. */
interface Side {
  schema: JsonSchema;
  root: JsonSchema;
}

/**
 * What in `current` would break somebody who relies on `released`: consumers of what is written from now on, or readers of
 * what was written before. A sentence each; empty when nothing would.
 */
export function incompatibilities(released: JsonSchema, current: JsonSchema): string[] {
  const problems: string[] = [];
  if (released.$id !== current.$id) problems.push(`the $id was ${released.$id} and is ${current.$id}`);
  compare('', { schema: released, root: released }, { schema: current, root: current }, problems);
  return problems;
}

function compare(path: string, before: Side, after: Side, problems: string[]): void {
  const old = shapeOf(before.schema, before.root);
  const now = shapeOf(after.schema, after.root);
  const say = (problem: string) => problems.push(`${path === '' ? 'the value' : path} ${problem}`);
  if (old.any !== now.any) return void say(old.any ? 'could be anything and is restricted now' : 'can be anything now');
  values(old, now, say);
  if (old.items && now.items) {
    compare(`${path}[]`, { ...before, schema: old.items }, { ...after, schema: now.items }, problems);
  }
  for (const [tag, schema] of old.objects) {
    const other = now.objects.get(tag);
    const where = tag === '' || path === '' ? path : `${path}<${tag}>`;
    if (other) fields(where, { ...before, schema }, { ...after, schema: other }, problems);
  }
}

function values(old: Shape, now: Shape, say: (problem: string) => void): void {
  const expected = [...kindsOf(old), ...(isTagged(old) ? tagsOf(now) : [])];
  for (const added of missing(kindsOf(now), expected)) say(`can be ${added} now, which consumers do not expect`);
  for (const gone of missing(kindsOf(old), kindsOf(now))) say(`can no longer be ${gone}, which older records are`);
  for (const limit of missing(now.limits, old.limits)) say(`has a new limit: ${limit}`);
  for (const limit of missing(old.limits, now.limits)) say(`has lost a limit: ${limit}`);
}

function kindsOf(shape: Shape): string[] {
  return [...shape.scalars, ...shape.literals, ...(shape.items ? ['a list'] : []), ...tagsOf(shape)];
}

function tagsOf({ objects }: Shape): string[] {
  return [...objects.keys()].map((tag) => (tag === '' ? 'an object' : `an object of the kind ${tag}`));
}

/**
 * A further member of such a union is as a further type of event: readers pass over what they do not know, so it may come.
 * None may go.
 */
function isTagged({ objects }: Shape): boolean {
  return objects.size > 0 && !objects.has('');
}

function missing(from: readonly string[], other: readonly string[]): string[] {
  return from.filter((kind) => !other.includes(kind));
}

function fields(path: string, before: Side, after: Side, problems: string[]): void {
  const old = before.schema.properties ?? {};
  const now = after.schema.properties ?? {};
  const wasRequired = new Set(before.schema.required);
  const isRequired = new Set(after.schema.required);
  for (const [name, schema] of Object.entries(old)) {
    const where = path === '' ? name : `${path}.${name}`;
    const other = now[name];
    if (!other) {
      problems.push(`${where} is gone or has another name`);
      continue;
    }
    if (wasRequired.has(name) && !isRequired.has(name)) problems.push(`${where} may be missing now`);
    if (!wasRequired.has(name) && isRequired.has(name)) problems.push(`${where} ${REQUIRED}`);
    compare(where, { ...before, schema }, { ...after, schema: other }, problems);
  }
  for (const name of isRequired) {
    if (!(name in old)) problems.push(`${path === '' ? name : `${path}.${name}`} ${REQUIRED}`);
  }
}

const REQUIRED = 'must be there now, and older records lack it: make it optional';
