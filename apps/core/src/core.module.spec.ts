import { Test } from '@nestjs/testing';
import { sessionStream } from '@chargestream/contracts';
import { start16 } from '@chargestream/domain/testing';
import { CoreModule, CoreRuntime } from '.';
import { Harness } from './testing/harness';

describe('CoreModule', () => {
  it('runs core with the application and closes it on shutdown', async () => {
    const harness = await Harness.open();
    const { bus, store, readModel } = harness;
    const settings = { ocppCallTimeoutMs: 30_000 };
    const module = await Test.createTestingModule({
      imports: [CoreModule.register({ bus, store, readModel, settings })],
    }).compile();
    await module.init();
    const start = start16(0);
    await harness.report(start);
    await module.get(CoreRuntime).caughtUp();
    expect(await harness.types(sessionStream(start.data.sessionKey as string))).toEqual(['SessionStarted']);
    await module.close();
    await harness.close();
  });
});
