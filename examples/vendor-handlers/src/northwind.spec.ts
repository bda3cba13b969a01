import path from 'node:path';
import type { VendorHandler, Vendors } from '@chargestream/contracts';
import ts from 'typescript';

const FILE = path.join(__dirname, 'northwind.mjs');
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

async function ask(messageId: string, data: unknown, chargerId = 'CP1') {
  const { vendors } = (await import(FILE)) as { vendors: Vendors };
  const handlers = vendors['com.example.northwind'] as Record<string, VendorHandler>;
  return handlers[messageId]!({
    ...{ tenantId: 'default', chargerId, ocppVersion: '1.6', vendorId: 'com.example.northwind', messageId, data },
    ...{ receivedAt: '2026-06-01T12:00:00.000Z', signal: new AbortController().signal, logger: quiet },
  });
}

describe('the example of a vendor', () => {
  it('remembers what sensors tell, for each charger, and shows it', async () => {
    expect(await ask('ParkingSensor', '{"bay":1,"occupied":true}')).toEqual({ status: 'Accepted' });
    expect(await ask('ParkingSensor', { bay: 2, occupied: false })).toEqual({ status: 'Accepted' });
    expect(await ask('DisplayText', null)).toEqual({ status: 'Accepted', data: { text: 'Bay 1: taken\nBay 2: free' } });
    expect(await ask('DisplayText', null, 'CP2')).toEqual({ status: 'Accepted', data: { text: '' } });
  });

  it.each([[{ bay: 'one', occupied: true }], [null], ['5']])('rejects %j', async (data) => {
    expect(await ask('ParkingSensor', data)).toMatchObject({ status: 'Rejected' });
  });

  it('has the types that it says', () => {
    const program = ts.createProgram([FILE], {
      ...{ allowJs: true, checkJs: true, noEmit: true, strict: true, skipLibCheck: true, types: ['node'] },
      ...{ target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.Node20, customConditions: ['@chargestream/source'] },
    });
    const problems = ts.getPreEmitDiagnostics(program, program.getSourceFile(FILE));
    expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
    // Types that cannot be found would be `any`, with which everything is right.
    const types = program.getSourceFiles().map(({ fileName }) => path.basename(fileName));
    expect(types).toContain('vendor-handlers.ts');
  }, 60_000);
});
