import { withServer } from './process/servers';
import { prepare, seconds } from './measure/load';
import { execSync } from 'node:child_process';
const kind = process.argv[2] as 'MeterValues';
withServer('standalone', '/tmp', async (s, c) => {
  await prepare(s, c, kind, 100);
  await c.ask('startLoad', { kind, answers: 'callresult' });
  await c.ask('beginWindow', null);
  await seconds(5);
  await c.ask('endWindow', null);
  const t = await c.ask('stopLoad', { timeoutMs: 10000 });
  await seconds(5);
  console.log(t);
  execSync('rm -rf /tmp/keep; cp -r /tmp/chargestream-bench-standalone-* /tmp/keep');
}).catch(console.error);
