import type { GeneratedSchema } from './generate';

/** The source file that tells producers which schema a record of a `ce_type` has. */
export function renderDataSchemas(schemas: readonly GeneratedSchema[]): string {
  const lines: string[] = [];
  const seen = new Set<string>();
  for (const { id, ceTypes } of schemas) {
    for (const type of ceTypes) {
      if (seen.has(type))
        throw new Error(`Two topics carry records of the type ${type}: rename one, a type has one schema`);
      seen.add(type);
      lines.push(`  ${type}: '${id}',`);
    }
  }
  return [
    '// Written by `npm run contracts` from the types of this package: do not edit.',
    '',
    '/** `$id` of the JSON Schema that the value of a record with this `ce_type` has. The files are in `schemas/events`. */',
    'export const DATA_SCHEMAS: Readonly<Record<string, string>> = {',
    ...lines,
    '};',
    '',
  ].join('\n');
}
