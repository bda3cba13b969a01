import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** The Prometheus registry of one process. Names begin with `chargestream_`, units are in the names. */
export class Metrics {
  readonly registry = new Registry();

  constructor(options: { processMetrics?: boolean } = {}) {
    if (options.processMetrics) collectDefaultMetrics({ register: this.registry });
  }

  counter<Label extends string>(name: string, help: string, labelNames: readonly Label[] = []): Counter<Label> {
    return new Counter({ name: `chargestream_${name}`, help, labelNames, registers: [this.registry] });
  }

  /**
   * `collect` is called before each scrape, to set what is costly to keep up to date. What fails or takes too long shows no value
   * then: a scrape is wanted most while something is away.
   */
  gauge<Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[] = [],
    collect?: (gauge: Gauge<Label>) => void | Promise<void>,
  ): Gauge<Label> {
    const bounded = collect === undefined ? null : patiently(collect, labelNames.length > 0);
    return new Gauge({
      name: `chargestream_${name}`,
      help,
      labelNames,
      registers: [this.registry],
      ...(bounded === null
        ? {}
        : {
            collect() {
              return bounded(this);
            },
          }),
    });
  }

  histogram<Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[] = [],
    bucketsS: number[] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  ): Histogram<Label> {
    return new Histogram({
      name: `chargestream_${name}`,
      help,
      labelNames,
      buckets: bucketsS,
      registers: [this.registry],
    });
  }

  /** The text exposition format, and its content type. */
  async exposition(): Promise<{ contentType: string; body: string }> {
    return { contentType: this.registry.contentType, body: await this.registry.metrics() };
  }
}

/** Scrapers give up after ten seconds, and all gauges share them. */
const COLLECT_MS = 2_000;

/** One collection at a time, waited for so long and no longer. */
function patiently<Label extends string>(
  collect: (gauge: Gauge<Label>) => void | Promise<void>,
  isLabelled: boolean,
): (gauge: Gauge<Label>) => Promise<void> {
  let collecting: Promise<boolean> | null = null;
  return async (gauge) => {
    collecting ??= Promise.resolve()
      .then(() => collect(gauge))
      .then(
        () => true,
        () => false,
      )
      .finally(() => (collecting = null));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), COLLECT_MS)));
    const isCollected = await Promise.race([collecting, late]);
    clearTimeout(timer);
    if (isCollected) return;
    // Without labels a reset would set 0, which would be a claim.
    if (isLabelled) gauge.reset();
    else gauge.remove();
  };
}
