import type { DepotProgress } from '@chargestream/charger-sim';
import { progressLine } from './report';

/** Where the progress goes: a terminal, a file, or a test. */
export interface Output {
  write(text: string): void;
  isTTY?: boolean | undefined;
}

/** On a terminal one line is rewritten; elsewhere a line is written now and then. */
const LINE_EVERY_S = 5;

/** Prints progress to `output`; call the result for every progress, and `done` before printing anything else. */
export function progressPrinter(output: Output): { show(progress: DepotProgress): void; done(): void } {
  let shown = false;
  let lastLineS = Number.NEGATIVE_INFINITY;
  return {
    show: (progress) => {
      if (output.isTTY) {
        output.write(`\r\x1b[K${progressLine(progress)}`);
        shown = true;
      } else if (progress.phase === 'ended' || progress.elapsedS - lastLineS >= LINE_EVERY_S) {
        lastLineS = progress.elapsedS;
        output.write(`${progressLine(progress)}\n`);
      }
    },
    done: () => {
      if (shown) output.write('\n');
      shown = false;
    },
  };
}
