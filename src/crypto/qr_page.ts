import { Buffer } from "node:buffer";
import { encodeQr, type QrCode } from "./qr.ts";

/** Light modules around the code, as readers need them. */
const QUIET = 4;

/** The dark modules as one path of horizontal runs. */
function darkPath({ size, modules }: QrCode): string {
  let path = "";
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size;) {
      let end = x;
      while (end < size && modules[y * size + end]) end++;
      if (end > x) path += `M${x} ${y}h${end - x}v1h-${end - x}z`;
      x = end + 1;
    }
  }
  return path;
}

function svg(code: QrCode): string {
  const side = code.size + 2 * QUIET;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${-QUIET} ${-QUIET} ${side} ${side}" ` +
    `shape-rendering="crispEdges" role="img" aria-label="QR code of the key">` +
    `<rect x="${-QUIET}" y="${-QUIET}" width="${side}" height="${side}" fill="#fff"/>` +
    `<path d="${darkPath(code)}" fill="#000"/></svg>`;
}

/** A page for printing that needs nothing else: the exported key as text and as QR code. */
export function formatQrPage(key: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Borg key backup</title>
<style>
body { font-family: sans-serif; max-width: 18cm; margin: 1cm auto; }
svg { display: block; width: 14cm; max-width: 100%; margin: 5mm auto; }
textarea { display: block; box-sizing: border-box; width: 100%; font: 10pt/1.3 monospace; border: 1px solid #999; }
@page { margin: 1cm; }
</style>
</head>
<body>
<h1>Borg key backup</h1>
<p>The code and the text below hold the same key. It is still protected by its passphrase. To restore it, put the text
into a file and run <code>borg key import /path/to/repo FILE</code>.</p>
${svg(encodeQr(Buffer.from(key)))}
<textarea rows="${key.split("\n").length}" cols="76" readonly spellcheck="false">
${key}</textarea>
</body>
</html>
`;
}
