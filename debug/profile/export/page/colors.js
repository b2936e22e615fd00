// Colours of frames: by file for the script's own functions, by kind for the rest; red and blue where two profiles
// are compared.

const FILE_HUES = [30, 50, 10, 75, 345, 140];
const KINDS = {
  script: { name: "script", hue: 30, saturation: 1 },
  native: { name: "native (C function or builtin)", hue: 205, saturation: 0.8 },
  gc: { name: "garbage collector", hue: 272, saturation: 0.7 },
  compiler: { name: "compiler", hue: 318, saturation: 0.6 },
  outside: { name: "outside of the script", hue: 220, saturation: 0.06 },
};

const darkScheme = matchMedia("(prefers-color-scheme: dark)");

/** A file's hue: the first files get hues of their own, which the legend tells. */
function hueOfFile(files, file) {
  const number = files.indexOf(file);
  return FILE_HUES[(number < 0 ? 0 : number) % FILE_HUES.length];
}

/** A frame's colour; `shade` (0 to 1) tells neighbours apart. */
function frameColor(kind, hue, shade) {
  const { saturation } = KINDS[kind] ?? KINDS.script;
  const dark = darkScheme.matches;
  const lightness = dark ? 27 + shade * 9 : 71 + shade * 11;
  return `hsl(${hue} ${Math.round((dark ? 48 : 82) * saturation)}% ${lightness.toFixed(0)}%)`;
}

/** From blue (faster) over grey to red (slower), by how much of the larger side the change is; half is full colour. */
function changeColor(before, after) {
  const change = (after - before) / Math.max(before, after, 1e-9);
  const strength = Math.sqrt(Math.min(1, 2 * Math.abs(change)));
  const dark = darkScheme.matches;
  const hue = change > 0 ? 6 : 214;
  const lightness = dark ? 30 + 6 * strength : 88 - 17 * strength;
  return `hsl(${hue} ${Math.round((dark ? 62 : 88) * strength)}% ${lightness.toFixed(0)}%)`;
}

function inkColors() {
  return darkScheme.matches
    ? { text: "#f4f4f1", faded: "#24272b", fadedText: "#7d838a", mark: "#d8c53a", markText: "#1d1f21", focus: "#7cb7f2" }
    : { text: "#1d1f21", faded: "#ececea", fadedText: "#85898d", mark: "#ffe44d", markText: "#1d1f21", focus: "#0b5cad" };
}
