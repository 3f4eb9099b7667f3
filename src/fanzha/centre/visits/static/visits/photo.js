// A photo is drawn anew: smaller, and without what the camera wrote into the file.
const QUALITIES = [0.8, 0.6, 0.4, 0.2];

/** Draws `file` on `canvas` and returns it as JPEG in base64 of at most `most` bytes, or null when it cannot be made so small. */
export async function shrink(file, canvas, side, most) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  for (const quality of QUALITIES) {
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
    if (blob.size <= most) return base64(new Uint8Array(await blob.arrayBuffer()));
  }
  return null;
}

/** A photo in base64 as a file again. */
export function picture(base64) {
  return new Blob([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], { type: "image/jpeg" });
}

function base64(bytes) {
  let letters = "";
  for (let from = 0; from < bytes.length; from += 8192) letters += String.fromCharCode(...bytes.subarray(from, from + 8192));
  return btoa(letters);
}
