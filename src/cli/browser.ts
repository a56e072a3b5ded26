const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Opens the address in the person's browser, without a shell. False when that is not possible: not a web address, no
 * screen, no program for it. True only says that one was started.
 */
export async function openBrowser(url: URL): Promise<boolean> {
  if (!isWebAddress(url) || !hasScreen()) return false;
  try {
    const { default: open } = await import('open');
    const child = await open(url.href);
    child.on('error', () => {});
    child.unref();
    return true;
  } catch {
    return false;
  }
}

/** https, or plain http to this machine: anything else could start another program, or travel in the open. */
export function isWebAddress(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname));
}

/** Without a screen `xdg-open` would start a text browser in the terminal. */
function hasScreen(): boolean {
  if (process.platform !== 'linux') return true;
  const { DISPLAY, WAYLAND_DISPLAY, WSL_DISTRO_NAME, BROWSER } = process.env;
  return [DISPLAY, WAYLAND_DISPLAY, WSL_DISTRO_NAME, BROWSER].some(Boolean);
}
