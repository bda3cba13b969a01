import fc from 'fast-check';
import { OcppError, spelledFor } from '../errors';
import { OCPP_VERSIONS, versionOfSubprotocol } from '../versions';
import { encodeError, encodeFrame } from './encode-frame';
import type { Frame } from './frame';
import { parseFrame } from './parse-frame';
import { parseJson, stringifyJson } from './safe-json';

describe('parseFrame', () => {
  it('reads every message type of its version', () => {
    expect(parseFrame('[2,"a","Heartbeat",{}]', '1.6')).toEqual({
      ok: true,
      frame: { type: 'CALL', messageId: 'a', action: 'Heartbeat', payload: {} },
    });
    expect(parseFrame('[3,"a",{"x":1}]', '2.0.1')).toEqual({
      ok: true,
      frame: { type: 'CALLRESULT', messageId: 'a', payload: { x: 1 } },
    });
    expect(parseFrame('[4,"a","FormationViolation","why",{"d":1}]', '1.6')).toEqual({
      ok: true,
      frame: {
        type: 'CALLERROR',
        messageId: 'a',
        errorCode: 'FormationViolation',
        errorDescription: 'why',
        errorDetails: { d: 1 },
      },
    });
    expect(parseFrame('[5,"a","GenericError","",{}]', '2.1')).toMatchObject({ frame: { type: 'CALLRESULTERROR' } });
    expect(parseFrame('[6,"a","NotifyPeriodicEventStream",{}]', '2.1')).toMatchObject({ frame: { type: 'SEND' } });
  });

  it('tolerates a CALL without payload and a CALLERROR without details', () => {
    expect(parseFrame('[2,"a","Heartbeat"]', '1.6')).toMatchObject({ ok: true, frame: { payload: {} } });
    expect(parseFrame('[4,"a","GenericError"]', '1.6')).toMatchObject({
      ok: true,
      frame: { errorDescription: '', errorDetails: {} },
    });
  });

  it.each(['hello', '{"a":1}', '[]', '[2]', '[2,7,"Heartbeat",{}]', '[2,"","Heartbeat",{}]', 'null', ''])(
    'answers the unreadable %j with id -1 in 2.x, and stays silent in 1.6 where there is no id to answer',
    (text) => {
      for (const version of ['2.0.1', '2.1'] as const) {
        const parsed = parseFrame(text, version);
        expect(parsed).toMatchObject({ ok: false, messageId: null });
        expect(!parsed.ok && parsed.replyWith).toMatch(/^\[4,"-1","RpcFrameworkError","/);
      }
      expect(parseFrame(text, '1.6')).toMatchObject({ ok: false, replyWith: null });
    },
  );

  it("answers what has an id in the version's own spelling", () => {
    const wrong = '[2,"a",5,{}]';
    expect(parseFrame(wrong, '1.6')).toMatchObject({
      replyWith: expect.stringMatching(/^\[4,"a","FormationViolation"/),
    });
    expect(parseFrame(wrong, '2.1')).toMatchObject({
      replyWith: expect.stringMatching(/^\[4,"a","RpcFrameworkError"/),
    });
  });

  it('ignores unknown message types in 1.6 and answers MessageTypeNotSupported in 2.x', () => {
    for (const text of ['[9,"a",{}]', '[6,"a","X",{}]', '[5,"a","GenericError","",{}]']) {
      expect(parseFrame(text, '1.6')).toMatchObject({ ok: false, replyWith: null });
      expect(parseFrame(text, '2.0.1')).toMatchObject({
        ok: false,
        replyWith: expect.stringMatching(/^\[4,"a","MessageTypeNotSupported"/),
      });
    }
  });

  it('never answers a broken answer', () => {
    for (const version of OCPP_VERSIONS) {
      expect(parseFrame('[3,"a"]', version)).toMatchObject({ ok: false, replyWith: null });
      expect(parseFrame('[4,7,"x"]', version)).toMatchObject({ ok: false, replyWith: null });
    }
  });

  it('refuses what is too long without reading it', () => {
    const long = JSON.stringify([2, 'a', 'DataTransfer', { data: 'x'.repeat(2000) }]);
    expect(parseFrame(long, '2.0.1', 1000)).toMatchObject({ ok: false, messageId: null });
    expect(parseFrame(long, '1.6').ok).toBe(true);
    expect(parseFrame(`"${'x'.repeat(1024 * 1024)}"`, '1.6')).toMatchObject({
      ok: false,
      error: { description: expect.stringContaining('at most 1048576') },
    });
  });

  it.each([
    '[2,[12345678901234567890],"X",{}]',
    '[2,"a",{"b":12345678901234567890},{}]',
    '[[12345678901234567890],"a"]',
  ])('shows the integer no double can hold in %s', (text) => {
    expect(parseFrame(text, '2.0.1')).toMatchObject({
      ok: false,
      error: { description: expect.stringContaining('12345678901234567890') },
    });
  });

  it('never throws, and answers with frames', () => {
    // JSON text as chargers may write it: with integers that no double holds.
    const json = fc
      .letrec((tie) => ({
        value: fc.oneof(
          { maxDepth: 3 },
          fc.json({ maxDepth: 1 }),
          fc.bigInt().map(String),
          fc.constantFrom('1e999', '12345678901234567890', '"-1"', '"Heartbeat"'),
          fc.array(tie('value')).map((items) => `[${items.join()}]`),
          fc.array(tie('value')).map((items) => `{${items.map((item, at) => `"k${at}":${item}`).join()}}`),
        ),
      }))
      .value.map(String);
    const frame = fc.oneof(
      fc.tuple(fc.constantFrom('2', '3', '4', '5', '6', '7'), json, json, json).map((parts) => `[${parts.join()}]`),
      fc.array(json).map((parts) => `[${parts.join()}]`),
      json,
      fc.string(),
    );
    const property = fc.property(frame, fc.constantFrom(...OCPP_VERSIONS), (text, version) => {
      const parsed = parseFrame(text, version);
      if (!parsed.ok && parsed.replyWith !== null) expect(parseFrame(parsed.replyWith, version).ok).toBe(true);
      if (!parsed.ok) expect(parsed.error).toBeInstanceOf(OcppError);
    });
    fc.assert(property, { numRuns: 2_000 });
  });

  it('costs time linear in the number of quotes', () => {
    const text = `[2,"a","X",{"d":12345678901234567,"s":"${'\\"'.repeat(100_000)}`;
    const before = process.cpuUsage();
    expect(parseFrame(text, '1.6').ok).toBe(false);
    const { user } = process.cpuUsage(before);
    expect(user / 1000).toBeLessThan(1000); // squared it would be ten times that
  });

  it('refuses nesting that would exhaust the stack', () => {
    for (const text of ['['.repeat(1_000_000), `[2,"a","Heartbeat",${'{"a":'.repeat(50)}1${'}'.repeat(50)}]`]) {
      const parsed = parseFrame(text, '2.0.1');
      expect(parsed).toMatchObject({ ok: false, error: { description: expect.stringContaining('nested deeper') } });
    }
    expect(parseFrame(`[2,"a","X",{"s":"${'['.repeat(100)}\\"${'{'.repeat(100)}"}]`, '1.6').ok).toBe(true);
  });
});

describe('encodeFrame', () => {
  const frames: Frame[] = [
    { type: 'CALL', messageId: 'id "1"', action: 'DataTransfer', payload: { b: 1, a: [null, 'ä'] } },
    { type: 'CALLRESULT', messageId: 'x', payload: {} },
    { type: 'CALLERROR', messageId: 'x', errorCode: 'GenericError', errorDescription: 'd', errorDetails: { k: 1 } },
    { type: 'CALLRESULTERROR', messageId: 'x', errorCode: 'GenericError', errorDescription: '', errorDetails: {} },
    { type: 'SEND', messageId: 'x', action: 'NotifyPeriodicEventStream', payload: {} },
  ];

  it.each(frames)('writes what parseFrame reads: $type', (frame) => {
    expect(parseFrame(encodeFrame(frame, '2.1'), '2.1')).toEqual({ ok: true, frame });
  });

  it('is compact and keeps the order of keys', () => {
    expect(encodeFrame(frames[0] as Frame, '1.6')).toBe('[2,"id \\"1\\"","DataTransfer",{"b":1,"a":[null,"ä"]}]');
  });

  it('spells codes as the version does and cuts descriptions where it must', () => {
    const error = new OcppError('OccurrenceConstraintViolation', 'x'.repeat(300));
    expect(encodeError('CALLERROR', 'a', error, '1.6')).toContain('"OccurenceConstraintViolation"');
    expect(encodeError('CALLERROR', 'a', error, '1.6')).toContain('x'.repeat(300));
    expect(encodeError('CALLERROR', 'a', error, '2.0.1')).toContain(`"${'x'.repeat(255)}"`);
    expect(spelledFor('FormatViolation', '1.6')).toBe('FormationViolation');
    expect(spelledFor('FormatViolation', '2.1')).toBe('FormatViolation');
  });
});

describe('numbers', () => {
  it('keeps integers beyond 2^53 instead of changing them', () => {
    const text =
      '{"a":9223372036854775807,"b":-9223372036854775808,"c":12345678901234567890.5,"d":"9223372036854775807"}';
    const value = parseJson(text) as Record<string, unknown>;
    expect(value.a).toBe(9223372036854775807n);
    expect(value.b).toBe(-9223372036854775808n);
    expect(value.c).toBe(12345678901234567890.5);
    expect(value.d).toBe('9223372036854775807');
    expect(stringifyJson({ a: value.a, s: 'int:5' })).toBe('{"a":9223372036854775807,"s":"int:5"}');
  });
});

describe('subprotocols', () => {
  it('are found by their exact names only', () => {
    expect(versionOfSubprotocol('ocpp2.0.1')).toBe('2.0.1');
    expect(versionOfSubprotocol('ocpp2.0')).toBeUndefined();
    expect(versionOfSubprotocol('OCPP1.6')).toBeUndefined();
  });
});
