import { scenario } from '../driving/script';

/** Worked example: a charger whose answers cannot be trusted, and whose clock is an hour slow. */
export const stubborn = scenario(
  'stubborn',
  'refuses resets, answers late or not at all, repeats itself, and its clock is an hour slow',
  async (charger, { signal, token }) => {
    charger.setClockOffset(-3_600_000);
    charger.order({ action: 'Reset', kind: 'refuse' });
    charger.order({ action: 'ChangeConfiguration', kind: 'late', delayMs: 2_000 });
    charger.order({ action: 'GetConfiguration', kind: 'ignore', chance: 0.5 });
    charger.order({ action: 'StopTransaction', kind: 'repeat' });
    await charger.boot();
    while (!signal.aborted) {
      if ((await charger.start(1, token())).kind === 'started') {
        await charger.wait(900);
        await charger.stop(1);
      }
      await charger.wait(60);
    }
  },
);
