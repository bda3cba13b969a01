import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadVendors } from './load-vendors';

describe('modules with handlers of DataTransfer', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'vendors-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const file = (name: string, text: string) => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
    return `./${name}`;
  };
  const load = (names: string, given = {}) => loadVendors(names, given, folder);

  it('are files, ES modules or CommonJS, relative or absolute, and packages', async () => {
    file('esm.mjs', `export const vendors = { 'org.esm': { Hello: () => ({ status: 'Accepted' }) } };`);
    file('common.cjs', `exports.vendors = { 'org.common': () => ({ status: 'Accepted' }) };`);
    file('node_modules/vendor-acme/package.json', `{ "name": "vendor-acme", "main": "main.js" }`);
    file('node_modules/vendor-acme/main.js', `module.exports = { vendors: { 'org.acme': async () => undefined } };`);
    const vendors = await load(`./esm.mjs, ${path.join(folder, 'common.cjs')} ,vendor-acme,`, {
      'org.given': () => ({ status: 'Accepted' }),
    });
    expect([...vendors.keys()]).toEqual(['org.given', 'org.esm', 'org.common', 'org.acme']);
    expect((await load('')).size).toBe(0);
  });

  it('are named when there is no such file or package', async () => {
    await expect(load('./nowhere.mjs')).rejects.toThrow(
      `OCPP_VENDOR_HANDLERS names ./nowhere.mjs, which cannot be used: there is no ${path.join(folder, 'nowhere.mjs')}.`,
    );
    await expect(load('no-such-package')).rejects.toThrow(
      `names no-such-package, which cannot be used: no such package is installed for ${folder}.`,
    );
  });

  it.each([
    ['throws.mjs', `throw new Error('no licence');`, 'it fails when it is loaded: no licence'],
    ['broken.mjs', `export const = 5;`, 'it fails when it is loaded: '],
    ['nothing.mjs', `export const handlers = {};`, 'it must export `vendors`, an object with handlers by vendorId.'],
    ['list.mjs', `export const vendors = [];`, 'it must export `vendors`'],
    ['empty.mjs', `export const vendors = {};`, 'the `vendors` that it exports are empty.'],
    ['none.mjs', `export const vendors = { a: {} };`, 'vendors["a"] has no handlers.'],
    ['text.mjs', `export const vendors = { a: 'b' };`, 'vendors["a"] must be a function, or an object with functions'],
    ['deep.mjs', `export const vendors = { a: { b: 5 } };`, 'vendors["a"]["b"] must be a function.'],
    ['case.mjs', `export const vendors = { a: { b() {}, B() {} } };`, 'vendors["a"]["B"] is there twice'],
    ['nameless.mjs', `export const vendors = { '': () => 5 };`, '"" is no vendorId'],
    [
      'long.mjs',
      `export const vendors = { a: { ['m'.repeat(51)]() {} } };`,
      `vendors["a"]["${'m'.repeat(51)}"] can never be asked: a messageId has at most 50`,
    ],
  ])('%s is named with what is wrong with it', async (name, text, problem) => {
    file(name, text);
    const error = await load(`./${name}`).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'VendorModuleError' });
    expect(String(error)).toContain(`OCPP_VENDOR_HANDLERS names ./${name}, which cannot be used: ${problem}`);
  });

  it('must not answer for the same vendor', async () => {
    file('one.mjs', `export const vendors = { 'org.acme': () => ({}) };`);
    file('two.mjs', `export const vendors = { 'ORG.acme': () => ({}) };`);
    await expect(load('./one.mjs,./two.mjs')).rejects.toThrow(
      'names ./two.mjs, which cannot be used: it has handlers for ORG.acme, and so has ./one.mjs.',
    );
  });
});
