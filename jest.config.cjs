// One run over every project; `npx nx test <project>` runs a single one, cached.
const fs = require('node:fs');
const path = require('node:path');

const projects = ['libs', 'apps', 'tools', 'examples'].flatMap((group) =>
  fs
    .readdirSync(path.join(__dirname, group))
    .map((name) => path.join(group, name))
    .filter((dir) => fs.existsSync(path.join(__dirname, dir, 'jest.config.cjs'))),
);

module.exports = { projects: projects.map((dir) => `<rootDir>/${dir}`), maxWorkers: 2 };
