import { accept, parseFrame } from '@chargestream/ocpp';
import { BenchError } from '../process/child';
import { CODEC_SAMPLES, type CodecSample } from './codec-samples';
import { compare, type MicroGroup, type RoundSettings } from './rounds';

const BATCH = 200;

/** Per message kind: `JSON.parse` alone against framing, and against framing and validating as connect does. */
export async function benchCodec(settings: RoundSettings): Promise<MicroGroup[]> {
  const groups: MicroGroup[] = [];
  for (const sample of CODEC_SAMPLES) {
    const contestants = [
      { name: 'parseFrame', run: batch(() => frameOf(sample)) },
      { name: 'parseFrame + accept, lenient', run: batch(() => accepted(sample)) },
    ];
    const baseline = { name: 'JSON.parse', run: batch(() => JSON.parse(sample.text)) };
    groups.push(await compare(sample.name, baseline, contestants, settings));
  }
  return groups;
}

function batch(operation: () => unknown): () => number {
  return () => {
    for (let index = 0; index < BATCH; index++) operation();
    return BATCH;
  };
}

function frameOf({ text, version, name }: CodecSample) {
  const parsed = parseFrame(text, version);
  if (!parsed.ok) throw new BenchError(`The codec refuses the frame of ${name}: ${parsed.error.description}`);
  return parsed.frame;
}

/** @throws BenchError when the codec refuses a sample: a refusal is quicker than reading it, and no figure. */
export function accepted(sample: CodecSample): unknown {
  const frame = frameOf(sample);
  if (frame.type !== 'CALL') throw new BenchError(`${sample.name} is no CALL.`);
  const result = accept(sample.version, frame.action, 'request', frame.payload, 'lenient');
  if (!result.ok) throw new BenchError(`The codec refuses ${sample.name}: ${result.error.description}`);
  return result.payload;
}
