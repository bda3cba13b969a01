import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Journal } from '@chargestream/charger-sim';
import { TestCsms } from '@chargestream/charger-sim/testing';
import { main } from './cli';

describe('depot-sim', () => {
  async function run(args: string, signal = new AbortController().signal) {
    const written = { stdout: '', stderr: '' };
    const exitCode = await main(args.split(' '), {
      stdout: { write: (text) => (written.stdout += text) },
      stderr: { write: (text) => (written.stderr += text) },
      signal,
    });
    return { exitCode, ...written };
  }

  it('prints its options and every scenario', async () => {
    const { exitCode, stdout } = await run('--help');
    expect(exitCode).toBe(0);
    for (const word of ['--chargers', '--journal', 'depot', 'idle', 'commute', 'offline', 'burst', 'DEMO-TAG-1..5']) {
      expect(stdout).toContain(word);
    }
  });

  it('exits 2 for a bad option with one sentence on stderr', async () => {
    const { exitCode, stdout, stderr } = await run('--version 3');
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toBe('depot-sim: --version must be one of 1.6, 2.0.1, 2.1, mixed, not "3"\n');
    expect((await run('--journal /nowhere/at/all')).stderr).toMatch(
      /^depot-sim: --journal must be a file that can be written/,
    );
  });

  it('exits 1 when there is no server', async () => {
    const probe = createServer();
    await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    const { exitCode, stdout } = await run(
      `--url ws://127.0.0.1:${port}/ocpp --chargers 1 --duration 0.05 --grace 0.1`,
    );
    expect(exitCode).toBe(1);
    expect(stdout).toContain('NEVER ONLINE: SIM-0001');
    expect(stdout).toContain('ECONNREFUSED');
  });

  describe('with a server', () => {
    let csms: TestCsms;
    let folder: string;
    beforeEach(async () => {
      csms = new TestCsms();
      folder = mkdtempSync(path.join(tmpdir(), 'depot-sim-'));
      await csms.start();
    });
    afterEach(async () => {
      await csms.kill();
      rmSync(folder, { recursive: true });
    });

    it('exits 0 after an interrupted run, sessions ended, summary printed, journal written', async () => {
      const ending = new AbortController();
      csms.verdict = ({ action, payload }) => {
        // Ctrl-C as soon as a car has been charging for a while.
        if (action === 'MeterValues' || payload.seqNo === 3) ending.abort();
        return 'answer';
      };
      const file = path.join(folder, 'journal.jsonl');
      const args = `--url ${csms.url} --chargers 3 --speed 3000 --journal ${file}`;
      const { exitCode, stdout } = await run(args, ending.signal);
      expect(stdout).toMatch(/Every message was acknowledged\.\n$/);
      expect(exitCode).toBe(0);
      const sessions = [...Journal.read(file).expectedSessions().values()].flat();
      expect(sessions.length).toBeGreaterThan(0);
      expect(sessions.every(({ stop }) => stop === 'acknowledged')).toBe(true);
      expect(csms.breaches).toEqual([]);
    });

    it('exits 1 when a message is answered CALLERROR', async () => {
      const ending = new AbortController();
      csms.verdict = ({ action }) => {
        if (action !== 'StatusNotification') return 'answer';
        ending.abort();
        return 'error';
      };
      const { exitCode, stdout } = await run(`--url ${csms.url} --chargers 1 --scenario idle`, ending.signal);
      expect(exitCode).toBe(1);
      expect(stdout).toMatch(/NOT ACKNOWLEDGED:\n +\d+ × StatusNotification: .*InternalError/);
    });
  });
});
