// QR codes, read off a page and off paper by the reader that comes with the program.
import { readFileSync } from 'node:fs';

// The file is a module that a browser loads; Node would take it for an old script by its name.
const source = readFileSync(new URL('../../templates/static/qr-reader.js', import.meta.url));
const { BarcodeDetector } = await import(`data:text/javascript;base64,${source.toString('base64')}`);

// A code that a page draws, as a grey picture of this size with the code in its middle.
export async function picture(page, svg, { width, height, side }) {
  const drawn = await svg.evaluate((code) => new XMLSerializer().serializeToString(code));
  const grey = await page.evaluate(async ([code, w, h, size]) => {
    const image = new Image();
    image.src = `data:image/svg+xml,${encodeURIComponent(code)}`;
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: w, height: h });
    const paint = canvas.getContext('2d');
    paint.fillStyle = '#fff';
    paint.fillRect(0, 0, w, h);
    paint.drawImage(image, (w - size) / 2, (h - size) / 2, size, size);
    return [...paint.getImageData(0, 0, w, h).data].filter((_, i) => i % 4 === 0);
  }, [drawn, width, height, side]);
  return { width, height, grey };
}

async function read({ width, height, grey }) {
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  grey.forEach((value, i) => data.fill(value, i * 4, i * 4 + 3));
  const [code] = await new BarcodeDetector().detect({ width, height, data });
  return code?.rawValue ?? null;
}

// The address in a code on a page, as a phone's camera would read it.
export const scan = async (page, svg) => read(await picture(page, svg, { width: 480, height: 480, side: 420 }));

// The address in the code on a sheet of paper, which is a picture in the format PGM.
export function scanPaper(sheet) {
  const [head, width, height] = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(sheet.subarray(0, 40).toString('latin1'));
  return read({ width: Number(width), height: Number(height), grey: sheet.subarray(head.length) });
}
