// For --import: says on stderr at the end which files and packages the process has loaded.
import { registerHooks } from 'node:module';

const loaded = new Set();
registerHooks({
  load: (url, context, next) => {
    if (url.startsWith('file:')) loaded.add(url);
    return next(url, context);
  },
});
process.on('exit', () => {
  process.stderr.write(`loaded: ${JSON.stringify([...loaded])}\n`);
});
