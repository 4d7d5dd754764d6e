/* Files that leave the page. Pictures are composed and drawn here: the figure as the server lays it out for a slide,
   its title, headline numbers and provenance on one SVG of a fixed size; a PNG is that SVG drawn, with its source in
   the metadata. The code of a view is fetched, shown, copied. Everything else is a link that gets the page's query. */
(function () {
  "use strict";
  const INK = "#1b2733", MUTED = "#5b6876", RULE = "#dfe4e9", PAPER = "#ffffff";
  const WARN_INK = "#7a4b00", WARN = "#fff4dc", WARN_RULE = "#f0c97a";
  const FONT = "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', Arial, sans-serif";
  const FONT_FILE = window.trialboard.below("/assets/fonts/InterVariable.woff2");
  const SIZES = { "png-wide": [1920, 1080], "png-classic": [1440, 1080], svg: [1920, 1080] };
  const NARROWEST = 690, MARGIN = 26; /* in the units of the figure, which are about half a pixel of the picture */

  const query = () => window.location.search;

  /* ---- text on an SVG */
  const pen = document.createElement("canvas").getContext("2d");
  function width(text, size, weight) {
    pen.font = `${weight || 400} ${size}px ${FONT}`;
    return pen.measureText(text).width * 1.02;
  }

  function escape(text) {
    return String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
      .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "");
  }

  function words(text, x, y, size, colour, weight) {
    return `<text x="${x}" y="${y}" font-family="${escape(FONT)}" font-size="${size}" font-weight="${weight || 400}" ` +
      `fill="${colour}" font-feature-settings="'tnum'">${escape(text)}</text>`;
  }

  function lines(text, size, weight, room) {
    const found = [];
    let line = "";
    for (const word of text.split(" ")) {
      const longer = line ? `${line} ${word}` : word;
      if (line && width(longer, size, weight) > room) {
        found.push(line);
        line = word;
      } else line = longer;
    }
    return [...found, line];
  }

  /* ---- what stands above and below the figure, for a given width; heights in the units of the figure */
  function frame(source, room) {
    const above = [], inner = room - 2 * MARGIN;
    let y = MARGIN;
    const badge = source.badge ? width(source.badge, 12, 600) + 20 : 0;
    for (const line of lines(source.title, 22, 700, inner - (badge < inner / 2 ? badge + 16 : 0))) {
      above.push(words(line, MARGIN, y + 18, 22, INK, 700));
      y += 27;
    }
    if (badge) {
      const right = badge < inner / 2, top = right ? MARGIN - 2 : y;
      const x = right ? room - MARGIN - badge : MARGIN;
      above.push(`<rect x="${x}" y="${top}" width="${badge}" height="23" rx="5" fill="${WARN}" stroke="${WARN_RULE}"/>`);
      above.push(words(source.badge, x + 10, top + 16, 12, WARN_INK, 600));
      if (!right) y += 29;
    }
    for (const line of lines(source.who, 13, 400, inner)) {
      above.push(words(line, MARGIN, y + 11, 13, source.exploratory ? WARN_INK : MUTED, source.exploratory ? 600 : 400));
      y += 18;
    }
    y += 8;
    let x = MARGIN, row = false;
    for (const number of source.headline) {
      const ink = number.faint ? MUTED : number.colour || INK;
      const wide = width(number.value, 23, 650), interval = number.interval ? ` (${number.interval})` : "";
      const whole = Math.max(wide + (interval ? width(interval, 14, 400) + 5 : 0), width(number.label, 12.5, 400));
      if (row && x + whole > room - MARGIN) {
        x = MARGIN;
        y += 50;
      }
      above.push(words(number.value, x, y + 20, 23, ink, 650));
      if (interval) above.push(words(interval.trim(), x + wide + 5, y + 20, 14, ink));
      above.push(words(number.label, x, y + 38, 12.5, MUTED));
      x += whole + 30;
      row = true;
    }
    if (row) y += 50;
    const below = lines(source.line, 10.5, 400, inner);
    return { above, top: y + 4, below, bottom: below.length * 14 + 24 };
  }

  /* the picture as SVG: as high as the figure asks for, in the proportions of the size */
  async function compose(source, [across, down]) {
    const ratio = across / down;
    let height = source.figure.layout.height, room = Math.max(NARROWEST, height * ratio), laid;
    for (let round = 0; round < 4; round++) {
      laid = frame(source, room);
      room = Math.max(NARROWEST, (height + laid.top + laid.bottom) * ratio);
    }
    laid = frame(source, room);
    const tall = room / ratio;
    height = Math.max(120, tall - laid.top - laid.bottom);
    const layout = { ...source.figure.layout, width: room - 2 * MARGIN, height, autosize: false };
    const address = await window.Plotly.toImage(
      { data: source.figure.data, layout, config: { showSendToCloud: false } },
      { format: "svg", width: layout.width, height }
    );
    const drawn = decodeURIComponent(address.slice(address.indexOf(",") + 1))
      .replace("<svg ", `<svg x="${MARGIN}" y="${laid.top}" `);
    const rule = tall - laid.bottom + 4;
    const foot = laid.below.map((line, i) => words(line, MARGIN, rule + 15 + 14 * i, 10.5, MUTED)).join("");
    const said = escape(source.line);
    return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${across}" height="${down}" ` +
      `viewBox="0 0 ${room} ${tall}"><title>${escape(source.title)}</title><desc>${said}</desc>` +
      `<metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/">` +
      `<rdf:Description rdf:about=""><dc:title>${escape(source.title)}</dc:title><dc:description>${said}</dc:description>` +
      `<dc:source>${escape(source.citation)}</dc:source><dc:creator>trialboard ${escape(source.version)}</dc:creator>` +
      `<dc:relation>${escape(window.location.href)}</dc:relation></rdf:Description></rdf:RDF></metadata><!--type-->` +
      `<rect width="${room}" height="${tall}" fill="${PAPER}"/>${laid.above.join("")}${drawn}` +
      `<path d="M${MARGIN} ${rule}H${room - MARGIN}" stroke="${RULE}"/>${foot}</svg>`;
  }

  /* ---- PNG */
  async function typeface() {
    const bytes = new Uint8Array(await (await fetch(FONT_FILE)).arrayBuffer());
    let text = "";
    for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
    return `<style>@font-face{font-family:Inter;font-weight:100 900;src:url(data:font/woff2;base64,${btoa(text)})}</style>`;
  }

  async function rasterize(svg, [across, down]) {
    const image = new Image();
    /* an image sees no typeface of the page: its own comes with it */
    image.src = URL.createObjectURL(new Blob([svg.replace("<!--type-->", await typeface())], { type: "image/svg+xml" }));
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = across;
    canvas.height = down;
    const context = canvas.getContext("2d");
    context.fillStyle = PAPER;
    context.fillRect(0, 0, across, down);
    context.drawImage(image, 0, 0, across, down);
    URL.revokeObjectURL(image.src);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
    return new Uint8Array(await blob.arrayBuffer());
  }

  const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
    for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
    return n;
  });

  /* an iTXt chunk: UTF-8, not packed */
  function chunk(keyword, text) {
    const encode = new TextEncoder();
    const body = [...encode.encode("iTXt" + keyword), 0, 0, 0, 0, 0, ...encode.encode(text)];
    const bytes = new Uint8Array(body.length + 8), view = new DataView(bytes.buffer);
    view.setUint32(0, body.length - 4);
    bytes.set(body, 4);
    let crc = 0xffffffff;
    for (const byte of body) crc = CRC[(crc ^ byte) & 0xff] ^ (crc >>> 8);
    view.setUint32(body.length + 4, (crc ^ 0xffffffff) >>> 0);
    return bytes;
  }

  /* the texts stand right after the head of the file, 33 bytes long */
  function withTexts(png, texts) {
    const chunks = Object.entries(texts).filter(([, text]) => text).map(([keyword, text]) => chunk(keyword, text));
    return new Blob([png.subarray(0, 33), ...chunks, png.subarray(33)], { type: "image/png" });
  }

  /* ---- what is exported: as the server lays it out; a view it does not lay out, as it stands on the screen */
  async function sourceOf(view, card) {
    const answer = await fetch(window.trialboard.below(`/figures/${view}.json${query()}`));
    if (!answer.ok) throw new Error(await answer.text());
    const source = await answer.json();
    if (source.reason) throw new Error(source.reason);
    const graph = card.querySelector(".js-plotly-plot");
    if (!source.figure && !graph) throw new Error("There is no figure here.");
    source.figure = source.figure || {
      data: graph.data,
      layout: { ...JSON.parse(JSON.stringify(graph.layout)), height: graph.offsetHeight },
    };
    source.headline = source.headline || [...card.querySelectorAll(".stat")].map((stat) => ({
      value: stat.querySelector(".number").textContent,
      interval: (stat.querySelector(".interval")?.textContent || "").replace(/^ \(|\)$/g, ""),
      label: stat.querySelector(".number-label").textContent,
      colour: stat.querySelector(".number").style.color,
    }));
    source.title = source.title || card.querySelector("h2").textContent;
    return source;
  }

  async function picture(button) {
    const kind = button.dataset.picture, size = SIZES[kind];
    const source = await sourceOf(button.dataset.view, button.closest(".card"));
    const svg = await compose(source, size);
    if (kind === "svg") return save(new Blob([svg.replace("<!--type-->", "")], { type: "image/svg+xml" }), source.names.svg);
    const png = await rasterize(svg, size);
    const texts = {
      Title: `${source.title}, ${source.trial}`, Description: source.line, Source: source.citation,
      Software: `trialboard ${source.version}`, URL: window.location.href,
    };
    save(withTexts(png, texts), source.names.png);
  }

  function save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    window.setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  function say(sentence, failed) {
    const place = document.getElementById("handout-status");
    place.textContent = sentence;
    place.classList.toggle("failed", Boolean(failed));
    window.clearTimeout(say.timer);
    if (sentence) say.timer = window.setTimeout(() => (place.textContent = ""), 4000);
  }

  /* ---- the code */
  async function code(button) {
    const address = `/code/${button.dataset.code}.py${query()}`;
    const answer = await fetch(address);
    const text = await answer.text();
    if (!answer.ok) throw new Error(text);
    document.getElementById("code-title").textContent = button.getAttribute("aria-label");
    document.getElementById("code-text").textContent = text;
    document.getElementById("code-download").href = address;
    document.getElementById("code").showModal();
    document.querySelector("#code pre").scrollTop = 0;
  }

  async function copy() {
    const place = document.getElementById("code-text"), button = document.getElementById("code-copy");
    try {
      await navigator.clipboard.writeText(place.textContent);
    } catch (refused) {
      /* plain http on a department's network has no clipboard interface */
      window.getSelection().selectAllChildren(place);
      document.execCommand("copy");
    }
    button.textContent = "Copied";
    window.setTimeout(() => (button.textContent = "Copy"), 2000);
  }

  /* ---- wiring */
  function close(menu, focus) {
    menu.open = false;
    if (focus) menu.querySelector("summary").focus();
  }

  async function during(work, sentence) {
    say(sentence);
    try {
      await work();
      say("");
    } catch (problem) {
      say(problem.message || "That did not work.", true);
    }
  }

  document.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest?.(selector);
    const link = on("a[data-export]");
    if (link) link.href = link.pathname + query();
    document.querySelectorAll("details.downloads[open]").forEach((menu) => {
      if (!menu.contains(event.target)) close(menu);
      else if (on(".downloads li")) close(menu, true);
    });
    const drawing = on("[data-picture]"), reading = on("[data-code]");
    if (drawing) during(() => picture(drawing), "The picture is being drawn …");
    if (reading) during(() => code(reading), "");
    if (on("#code-copy")) copy();
    if (on("#code [data-close]") || event.target.id === "code") document.getElementById("code").close();
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest?.("details.downloads[open]");
    if (menu) close(menu, true);
  });
})();
