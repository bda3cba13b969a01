// npm run build: installs what is missing and builds every project.
import { build, install, script } from './steps.mjs';

await script(async () => {
  await install();
  await build();
});
