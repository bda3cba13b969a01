// Tells eslint-plugin-boundaries where `@chargestream/<package>[/<part>]` lives, so that the rules hold for imports by name.
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '../..');

exports.interfaceVersion = 2;

exports.resolve = (specifier, importer) => {
  const named = /^@chargestream\/([^/]+)(\/.*)?$/.exec(specifier);
  if (named) return fromWorkspace(named[1], named[2] ?? '');
  if (specifier.startsWith('.')) return firstFile(path.resolve(path.dirname(importer), specifier));
  return { found: false };
};

function fromWorkspace(name, part) {
  for (const group of ['libs', 'apps', 'tools']) {
    const source = path.join(root, group, name, 'src');
    if (fs.existsSync(source)) return firstFile(path.join(source, part));
  }
  return { found: false };
}

function firstFile(base) {
  const candidates = [base, `${base}.ts`, `${base}.js`, path.join(base, 'index.ts')];
  const file = candidates.find((candidate) => fs.existsSync(candidate) && fs.statSync(candidate).isFile());
  return file ? { found: true, path: file } : { found: false };
}
