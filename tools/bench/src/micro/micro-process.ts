import type { MicroPart } from '../options';
import { answerRequests, runChild } from '../process/child-side';
import { benchBus } from './bus';
import { benchCodec } from './codec';
import { benchProjection } from './projection';
import type { MicroGroup, RoundSettings } from './rounds';
import { benchStore } from './store';

export interface MicroRequests {
  measure: { argument: { part: MicroPart; dataRoot: string }; answer: MicroGroup[] };
  stop: { argument: null; answer: null };
}

const ROUNDS: RoundSettings = { rounds: 5, roundMs: 200, warmUpMs: 300 };

function measure(part: MicroPart, dataRoot: string): Promise<MicroGroup[]> {
  switch (part) {
    case 'codec':
      return benchCodec(ROUNDS);
    case 'bus':
      return benchBus(dataRoot, ROUNDS);
    case 'store':
      return benchStore(dataRoot, ROUNDS);
    case 'projection':
      return benchProjection(dataRoot, ROUNDS);
  }
}

runChild(async () => {
  answerRequests<MicroRequests>(
    {
      measure: ({ part, dataRoot }) => measure(part, dataRoot),
      stop: () => {
        setImmediate(() => process.exit(0));
        return null;
      },
    },
    null,
  );
});
