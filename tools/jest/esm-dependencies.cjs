// Jest on Node < 24.9 cannot require() ES modules: transform just those files of node_modules to CommonJS.
const fs = require('node:fs');
const path = require('node:path');
const swcJest = require('@swc/jest');

const toCommonJs = swcJest.createTransformer({
  swcrc: false,
  jsc: { parser: { syntax: 'ecmascript' }, target: 'es2022' },
  module: { type: 'commonjs' },
});
const folderIsEsm = new Map();

function nearestPackageIsEsm(folder) {
  const known = folderIsEsm.get(folder);
  if (known !== undefined) return known;
  const manifest = path.join(folder, 'package.json');
  const parent = path.dirname(folder);
  let answer = false;
  if (fs.existsSync(manifest)) answer = JSON.parse(fs.readFileSync(manifest, 'utf8')).type === 'module';
  else if (parent !== folder) answer = nearestPackageIsEsm(parent);
  folderIsEsm.set(folder, answer);
  return answer;
}

function isEsm(file) {
  if (file.endsWith('.mjs')) return true;
  if (file.endsWith('.cjs')) return false;
  return nearestPackageIsEsm(path.dirname(file));
}

module.exports = {
  canInstrument: false,
  getCacheKey: (source, file, options) => toCommonJs.getCacheKey(source, file, options) + isEsm(file),
  process: (source, file, options) => (isEsm(file) ? toCommonJs.process(source, file, options) : { code: source }),
};
