// A charger's first session over OCPP 1.6J, frame by frame: node docs/examples/first-session.mjs [ws://host:port/ocpp]
import { WebSocket } from 'ws';

const base = process.argv[2] ?? 'ws://127.0.0.1:9220/ocpp';
const socket = new WebSocket(`${base}/FIRST-1`, ['ocpp1.6']);
const now = () => new Date().toISOString();
let nextId = 1;

/** Sends a CALL and waits for its CALLRESULT: by then the server has stored what we said. */
function call(action, payload) {
  const id = String(nextId++);
  const frame = JSON.stringify([2, id, action, payload]);
  console.log('→', frame);
  return new Promise((resolve, reject) => {
    socket.on('message', function answer(data) {
      const [type, answeredId, result] = JSON.parse(data);
      if (answeredId !== id) return;
      socket.off('message', answer);
      console.log('←', data.toString());
      if (type === 3) resolve(result);
      else reject(new Error(`refused: ${data}`));
    });
    socket.send(frame);
  });
}

socket.on('error', (error) => {
  console.error(`No connection to ${base}: ${error.message}. Is npm start running?`);
  process.exit(1);
});

socket.on('open', async () => {
  await call('BootNotification', { chargePointVendor: 'Example', chargePointModel: 'One' });
  await call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Preparing' });
  await call('Authorize', { idTag: 'TAG-1' });
  const { transactionId } = await call('StartTransaction', {
    connectorId: 1,
    idTag: 'TAG-1',
    meterStart: 1000,
    timestamp: now(),
  });
  await call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Charging' });
  const sampledValue = [
    { value: '3.5', unit: 'kWh', measurand: 'Energy.Active.Import.Register' },
    { value: '11000', unit: 'W', measurand: 'Power.Active.Import' },
    { value: '64', unit: 'Percent', measurand: 'SoC' },
  ];
  await call('MeterValues', { connectorId: 1, transactionId, meterValue: [{ timestamp: now(), sampledValue }] });
  await call('StopTransaction', { transactionId, meterStop: 6000, timestamp: now(), reason: 'EVDisconnected' });
  await call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Available' });
  socket.close();
});
