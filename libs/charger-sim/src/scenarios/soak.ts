import { eachOutlet, keepOutletBusy, type Scenario, type ScenarioContext } from './scenario';

const MINUTE_S = 60;

/** Whatever else a charger does of its own accord. */
const DEEDS = ['outage', 'reboot', 'fault', 'data', 'security', 'sample', 'certificate'] as const;

async function deed({ charger, random, wait }: ScenarioContext): Promise<void> {
  const connectorId = random.pick(charger.connectorIds);
  switch (random.pick(DEEDS)) {
    case 'outage':
      charger.loseNetwork();
      await wait(random.between(10, 5 * MINUTE_S));
      return charger.findNetwork();
    case 'reboot':
      return charger.restart();
    case 'fault':
      if (charger.sessionAt(connectorId)) return;
      charger.breakDown(connectorId, 'OtherError');
      await wait(random.between(MINUTE_S, 5 * MINUTE_S));
      return charger.breakDown(connectorId, 'NoError');
    case 'data':
      await charger.send('DataTransfer', { vendorId: 'org.example.soak', messageId: 'hello' });
      return;
    case 'security':
      return only16(charger.version, () => charger.equipment.securityEvent('SettingSystemTime', 'by soak'));
    case 'sample':
      return charger.sessionAt(connectorId)?.sampleNow();
    case 'certificate':
      return only16(charger.version, () => charger.signCertificate());
  }
}

function only16(version: string, act: () => void): void {
  if (version === '1.6') act();
}

/** Everything that needs no command, at random and seeded; a driver of the server's side sends the commands. */
export const soak: Scenario = {
  name: 'soak',
  summary: 'sessions, outages, reboots, faults and messages at random; commands are answered by state',
  run: async (context) => {
    const { charger, random, signal, wait } = context;
    await charger.online(signal);
    const cars = eachOutlet(context, (connectorId) =>
      keepOutletBusy(context, connectorId, { pauseS: [0, 5 * MINUTE_S], stayS: [2 * MINUTE_S, 40 * MINUTE_S] }),
    );
    const life = async () => {
      while (!signal.aborted) {
        await wait(random.between(MINUTE_S, 20 * MINUTE_S));
        if (!signal.aborted) await deed(context);
      }
    };
    await Promise.all([cars, life()]);
  },
};
