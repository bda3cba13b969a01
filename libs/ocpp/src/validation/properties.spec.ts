import fc from 'fast-check';
import { encodeFrame } from '../framing/encode-frame';
import { parseFrame } from '../framing/parse-frame';
import { stringifyJson } from '../framing/safe-json';
import { OcppError } from '../errors';
import { MESSAGES } from '../messages';
import { payloadArbitrary, type JsonSchema } from '../testing/payload-arbitrary';
import { OCPP_VERSIONS, type OcppVersion } from '../versions';
import { accept } from './accept';
import { validate } from './validate';
import type { PayloadKind } from './validators';

const { readSchemas } = jest.requireActual<{ readSchemas(version: OcppVersion): Map<string, JsonSchema> }>(
  '../../../../tools/codegen/ocpp-schemas.mjs',
);
const CANONICAL = /^(FormatViolation|(Type|Property|Occurrence)ConstraintViolation|NotImplemented)$/;

interface Named {
  version: OcppVersion;
  action: string;
  kind: PayloadKind;
  schema: JsonSchema;
}
const schemas: Named[] = OCPP_VERSIONS.flatMap((version) =>
  [...readSchemas(version)].map(([name, schema]) => {
    const [action, kind] = name.split('.') as [string, PayloadKind];
    return { version, action, kind, schema };
  }),
);

describe('any valid payload', () => {
  it.each(OCPP_VERSIONS.map((version) => [version]))('of %s is accepted as it is and survives the wire', (version) => {
    for (const { action, kind, schema } of schemas.filter((candidate) => candidate.version === version)) {
      fc.assert(
        fc.property(payloadArbitrary(schema), (payload) => {
          expect(validate(version, action, kind, payload)).toEqual([]);
          for (const mode of ['strict', 'lenient'] as const) {
            const accepted = accept(version, action, kind, payload, mode);
            expect(accepted).toEqual({ ok: true, payload, deviations: [] });
            expect(accepted.ok && accepted.payload).toBe(payload);
          }
          const text = encodeFrame({ type: 'CALL', messageId: 'm', action, payload }, version);
          const parsed = parseFrame(text, version);
          const received = parsed.ok && parsed.frame.type === 'CALL' ? parsed.frame.payload : parsed;
          expect(stringifyJson(received)).toBe(JSON.stringify(payload));
        }),
        { numRuns: 8 },
      );
    }
  });
});

describe('anything else', () => {
  const judged = (named: Named, payload: unknown) => {
    const before = JSON.stringify(payload);
    const { version, action, kind } = named;
    for (const mode of ['strict', 'lenient'] as const) {
      const accepted = accept(version, action, kind, payload, mode);
      if (accepted.ok) {
        // A repaired payload needs no more repairs, and what it still says against the schema has been listed.
        if (accepted.payload !== payload) expect(accepted.deviations).not.toEqual([]);
      } else {
        expect(accepted.error).toBeInstanceOf(OcppError);
        expect(accepted.error.code).toMatch(CANONICAL);
        expect(accepted.error.description.length).toBeLessThanOrEqual(512);
      }
    }
    expect(JSON.stringify(payload)).toBe(before);
  };

  it('is refused with a code of OCPP or repaired, never thrown at', () => {
    const property = fc.property(fc.constantFrom(...schemas), fc.jsonValue({ maxDepth: 4 }), judged);
    fc.assert(property, { numRuns: 1_500 });
  });

  it('also when only part of a valid payload is replaced', () => {
    const spoilt = fc
      .constantFrom(...schemas)
      .chain((named) =>
        fc
          .tuple(fc.constant(named), payloadArbitrary(named.schema), fc.nat(), fc.jsonValue({ maxDepth: 2 }))
          .map(([, payload, where, junk]) => [named, replaced(payload, where, junk)] as const),
      );
    fc.assert(
      fc.property(spoilt, ([named, payload]) => judged(named, payload)),
      { numRuns: 1_500 },
    );
  });

  it('has a transaction message answered whatever is in it, as long as it can be attributed', () => {
    const actions = MESSAGES.filter(
      ({ version, action }) => version === '1.6' && /^(Start|Stop)Transaction$|^MeterValues$/.test(action),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...actions),
        fc.object({ maxDepth: 3, values: [fc.jsonValue({ maxDepth: 1 })] }),
        ({ version, action }, payload) => {
          expect(accept(version, action, 'request', payload, 'lenient')).toMatchObject({ ok: true });
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('has no value that lenient mode would repair a second time', () => {
    const any = fc
      .constantFrom(...schemas)
      .chain((named) =>
        fc.tuple(fc.constant(named), payloadArbitrary(named.schema), fc.nat(), fc.jsonValue({ maxDepth: 2 })),
      );
    fc.assert(
      fc.property(any, ([{ version, action, kind }, payload, where, junk]) => {
        const once = accept(version, action, kind, replaced(payload, where, junk), 'lenient');
        if (!once.ok) return;
        const twice = accept(version, action, kind, once.payload, 'lenient');
        expect(twice.ok && twice.payload).toEqual(once.payload);
        expect(twice.deviations.every((found) => found.action === 'kept')).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});

/** A copy of the payload with the value number `where` (counted depth first, round and round) replaced. */
function replaced(payload: unknown, where: number, junk: unknown): unknown {
  const copy: unknown = JSON.parse(JSON.stringify(payload));
  const places: Array<(value: unknown) => void> = [];
  const visit = (node: unknown): void => {
    if (node === null || typeof node !== 'object') return;
    for (const key of Object.keys(node)) {
      places.push((value) =>
        Object.defineProperty(node, key, { value, enumerable: true, configurable: true, writable: true }),
      );
      visit((node as Record<string, unknown>)[key]);
    }
  };
  visit(copy);
  places[where % Math.max(1, places.length)]?.(junk);
  return copy;
}
