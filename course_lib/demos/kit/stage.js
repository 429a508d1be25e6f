// The front end of every demo: the browser's own controls, which keyboards and screen readers know,
// and a canvas that draws what Python hands over, in CSS pixels: images, points, lines, polygons
// and text. It knows nothing of what they mean, and says back only what was touched, and where.
// `add`, which makes an element, stands in course_lib/_widget.js.

const MARKERS = {
  o: (c, r) => c.arc(0, 0, r, 0, 2 * Math.PI),
  s: (c, r) => c.rect(-r, -r, 2 * r, 2 * r),
  D: (c, r) => corners(c, [[0, -1.3 * r], [1.3 * r, 0], [0, 1.3 * r], [-1.3 * r, 0]]),
  "^": (c, r) => corners(c, [[0, -1.2 * r], [1.2 * r, r], [-1.2 * r, r]]),
  v: (c, r) => corners(c, [[0, 1.2 * r], [1.2 * r, -r], [-1.2 * r, -r]]),
  x: (c, r) => {
    c.moveTo(-r, -r), c.lineTo(r, r), c.moveTo(-r, r), c.lineTo(r, -r);
  },
  "+": (c, r) => {
    c.moveTo(-r, 0), c.lineTo(r, 0), c.moveTo(0, -r), c.lineTo(0, r);
  },
};

function corners(c, points) {
  points.forEach(([x, y], i) => (i ? c.lineTo(x, y) : c.moveTo(x, y)));
  c.closePath();
}

// A DataView into a message may start anywhere; arrays of floats want to start at a multiple of 4.
const bytes = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
const floats = (view) => new Float32Array(bytes(view).slice().buffer);
const stay = (place) => place;
const pairs = (view, to) => {
  const places = floats(view);
  if (to === stay) return places;
  for (let i = 0; i < places.length; i += 2) places.set(to([places[i], places[i + 1]]), i);
  return places;
};

// What takes a place in one box to its place in another: [left, top, width, height].
const between = ([x, y, w, h], [left, top, width, height]) => ([a, b]) =>
  [left + ((a - x) * width) / w, top + ((b - y) * height) / h];

// Each paints a mark; `to` takes a place in the figure to its place in the picture.
const PAINT = {
  image(c, { data, size, at, smooth }, to) {
    const picture = document.createElement("canvas");
    [picture.width, picture.height] = size;
    const pixels = new ImageData(new Uint8ClampedArray(bytes(data)), ...size);
    picture.getContext("2d").putImageData(pixels, 0, 0);
    c.imageSmoothingEnabled = smooth;
    const [x, y] = to(at), [right, bottom] = to([at[0] + at[2], at[1] + at[3]]);
    c.drawImage(picture, x, y, right - x, bottom - y);
  },
  points(c, { xy, marker, size, colour, fill }, to) {
    const places = pairs(xy, to);
    c.lineWidth = 1.6;
    c.strokeStyle = colour;
    c.fillStyle = fill;
    for (let i = 0; i < places.length; i += 2) {
      c.save();
      c.translate(places[i], places[i + 1]);
      c.beginPath();
      MARKERS[marker](c, size);
      if (fill) c.fill();
      c.stroke();
      c.restore();
    }
  },
  line(c, { xy, colour, width, dash }, to) {
    const places = pairs(xy, to);
    c.strokeStyle = colour;
    c.lineWidth = width;
    c.lineJoin = "round";
    c.setLineDash(dash);
    c.beginPath();
    for (let i = 0; i < places.length; i += 2) {
      // NaN lifts the pen.
      const pen = i && !Number.isNaN(places[i - 2]) ? "lineTo" : "moveTo";
      if (!Number.isNaN(places[i])) c[pen](places[i], places[i + 1]);
    }
    c.stroke();
    c.setLineDash([]);
  },
  polygons(c, { xy, count, colours, edge }, to) {
    const places = pairs(xy, to), paint = bytes(colours);
    c.lineWidth = 0.5;
    for (let start = 0, k = 0; start < places.length; start += 2 * count, k += 4) {
      const points = [];
      for (let i = start; i < start + 2 * count; i += 2) points.push([places[i], places[i + 1]]);
      c.beginPath();
      corners(c, points);
      c.fillStyle = `rgba(${paint[k]}, ${paint[k + 1]}, ${paint[k + 2]}, ${paint[k + 3] / 255})`;
      c.strokeStyle = edge || c.fillStyle;
      c.fill();
      c.stroke();
    }
  },
  text(c, { text, at, colour, size, align }, to) {
    c.font = `${size}px sans-serif`;
    c.textAlign = align;
    c.textBaseline = "middle";
    c.fillStyle = colour;
    c.fillText(text, ...to(at));
  },
};

// Each control gets an element and a function that shows a value; `touch` reports a user's change.
const CONTROL = {
  slider(box, { label, low, high, step, options, digits }, touch) {
    const id = `demo-${Math.random()}`;
    add(box, "label", { for: id }, label);
    const range = options ? [0, options.length - 1, 1] : [low, high, step];
    const input = add(box, "input", { type: "range", id, min: range[0], max: range[1], step: range[2] });
    const shown = add(box, "span", { class: "value", "aria-hidden": true });
    const write = (value) => {
      const words = options ? options[value][1] : value.toFixed(digits).replace("-", "−");
      shown.textContent = words;
      input.setAttribute("aria-valuetext", words);
    };
    input.addEventListener("input", () => {
      const at = Number(input.value);
      write(at);
      touch(options ? options[at][0] : at);
    });
    return (value) => {
      const at = options ? options.findIndex(([option]) => option === value) : value;
      input.value = at;
      write(at);
    };
  },
  choice(box, { label, options }, touch) {
    const id = `demo-${Math.random()}`;
    add(box, "label", { for: id }, label);
    const select = add(box, "select", { id });
    options.forEach(([value, words]) => add(select, "option", { value }, words));
    select.addEventListener("change", () => touch(options[select.selectedIndex][0]));
    return (value) => (select.selectedIndex = options.findIndex(([option]) => option === value));
  },
  tabs(box, { label, options }, touch) {
    const name = `demo-${Math.random()}`; // of one name only one is chosen, and arrows go round
    const group = add(box, "div", { class: "tabs", role: "radiogroup", "aria-label": label });
    const inputs = options.map(([value, words]) => {
      const tab = add(group, "label");
      const input = add(tab, "input", { type: "radio", name });
      add(tab, "span", {}, words);
      input.addEventListener("change", () => touch(value));
      return input;
    });
    return (value) => (inputs[options.findIndex(([option]) => option === value)].checked = true);
  },
  check(box, { label }, touch) {
    const line = add(box, "label", { class: "check" });
    const input = add(line, "input", { type: "checkbox" });
    add(line, "span", {}, label);
    input.addEventListener("change", () => touch(input.checked));
    return (value) => (input.checked = value);
  },
  button(box, { label }, touch) {
    const button = add(box, "button", { type: "button" }, label);
    button.addEventListener("click", () => touch(null));
    return (value) => (button.textContent = value ?? label); // what it does next, as for start/pause
  },
  file(box, { label, limit, accept }, touch, complain, model) {
    const id = `demo-${Math.random()}`;
    add(box, "label", { for: id }, label);
    const input = add(box, "input", { type: "file", id, accept });
    input.addEventListener("change", async () => {
      const file = input.files[0];
      input.value = ""; // the same file may be chosen again
      if (!file) return;
      if (file.size > limit) return complain(`${file.name} is too large: at most ${limit / 1e6} MB.`);
      const content = await file.arrayBuffer().catch(() => null); // moved, or not ours to read
      if (!content) return complain(`${file.name} could not be read.`);
      model.set("upload", new DataView(content));
      touch(file.name);
    });
    return () => {};
  },
};

function render({ model, el }) {
  const ends = [];
  const follow = (name, f) => {
    model.on(`change:${name}`, f);
    ends.push(() => model.off(`change:${name}`, f));
  };
  const root = add(el, "div", { class: "course-demo", role: "group", "aria-label": model.get("title") });
  root.addEventListener("keydown", (event) => {
    if (!event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey) event.stopPropagation();
  });

  // Controls. Each carries a count of its touches: what merges on the way, as fast sliding does,
  // arrives as the last value, and a value from Python older than the user's hand is not shown.
  const panel = add(root, "div", { class: "controls" });
  const buttons = add(root, "div", { class: "buttons" });
  // What it has to say stands where the user looks, beside the controls.
  const notes = add(root, "div", { class: "notes" });
  const whose = add(notes, "div", { class: "whose" }); // code is running
  const status = add(notes, "div", { class: "status", role: "status" });
  const error = add(notes, "div", { class: "error", role: "alert" });
  const waiting =
    "Python does not answer. Is another cell running? After a restart of the kernel, run this cell again.";
  add(notes, "div", { class: "wait", role: "note" }, waiting);
  const link = add(notes, "div", { class: "link" });
  add(link, "span", {}, "This state as code: ");
  const code = add(link, "code", { tabindex: 0 });
  const complaint = (words) => (error.textContent = words);
  const show = {};
  model.get("controls").forEach((control) => {
    const box = add(control.kind === "button" ? buttons : panel, "div", { class: "control" });
    const touch = (value) => {
      const { [control.name]: [count] = [0], ...others } = model.get("touched");
      model.set("touched", { ...others, [control.name]: [count + 1, value] }); // the last is last
      model.save_changes();
      expect();
    };
    show[control.name] = CONTROL[control.kind](box, control, touch, complaint, model);
  });
  const showValues = () => {
    Object.entries(model.get("values")).forEach(([name, [count, value]]) => {
      if (count >= (model.get("touched")[name] ?? [0])[0]) show[name](value);
    });
  };
  follow("values", showValues);
  showValues();

  // The picture.
  const [width, height] = model.get("size");
  const canvas = add(root, "canvas");
  const context = canvas.getContext("2d");
  const words = add(root, "div", { class: "words" });
  // Where the window is too narrow for it, its parts stand one below the other, as many side by
  // side as fit; labels stay legible. If a part is too wide even so, Python is asked for a slim
  // figure, which has narrower axes: `places` are their boxes in the figure, and in the slim one.
  let layout = { width: 0, height: 0, parts: [] }; // each part: its box in the figure, and its place
  let places = [];
  const arrange = () => {
    const room = root.clientWidth - 8, least = model.get("shrink");
    const whole = [[0, 0, width, height]];
    const narrow = room > 0 && room < least * width;
    if (narrow && !model.get("narrow")) model.set("narrow", true), model.save_changes();
    root.classList.toggle("narrow", narrow);
    words.style.minHeight = `${model.get("rows") * (narrow ? 3 : 1.5)}em`; // each line may take two
    const slim = (narrow && slimmer?.of) || { panels: model.get("panels"), places: [] };
    places = slim.places;
    const next = { width: 0, height: 0, parts: [] };
    let x = 0, tall = 0;
    for (const box of narrow ? slim.panels : whole) {
      if (x && (x + box[2]) * least > room) [next.height, x, tall] = [next.height + tall, 0, 0];
      next.parts.push({ box, at: [x, next.height] });
      [x, tall] = [x + box[2], Math.max(tall, box[3])];
      next.width = Math.max(next.width, x);
    }
    next.height += tall;
    layout = next;
    canvas.style.width = `${layout.width}px`;
    canvas.style.minWidth = `${least * layout.width}px`;
    canvas.style.aspectRatio = `${layout.width} / ${layout.height}`;
  };
  let background = null, latest = 0;
  let slimmer = null, latestSlim = 0; // the slim figure, once its background can be painted
  let cursor = null; // of the keyboard, in CSS pixels
  const paint = () => {
    const sharp = Math.min(3, Math.max(1, window.devicePixelRatio));
    const size = [layout.width, layout.height].map((side) => Math.round(side * sharp));
    if (canvas.width !== size[0] || canvas.height !== size[1]) [canvas.width, canvas.height] = size;
    context.setTransform(sharp, 0, 0, sharp, 0, 0);
    context.fillStyle = "white";
    context.fillRect(0, 0, layout.width, layout.height);
    layout.parts.forEach(paintPart);
  };
  // Take a place in the figure to the slim one (from 0 to 1), or back, by the axes nearest to it.
  const moved = (at, from, to) => {
    const beyond = (x, low, size) => Math.max(low - x, 0, x - low - size);
    const far = ([x, y, w, h]) => Math.hypot(beyond(at[0], x, w), beyond(at[1], y, h));
    const [nearest] = [...places].sort((a, b) => far(a[from]) - far(b[from]));
    return nearest ? between(nearest[from], nearest[to])(at) : at;
  };
  const paintPart = ({ box, at }) => {
    context.save();
    context.translate(at[0] - box[0], at[1] - box[1]);
    context.beginPath();
    context.rect(...box);
    context.clip();
    const ground = places.length ? slimmer.bitmap : background;
    if (ground) context.drawImage(ground, 0, 0, width, height);
    for (const mark of model.get("scene").marks ?? []) {
      const clip = places[mark.axes]?.[1] ?? mark.clip;
      context.save();
      context.beginPath();
      context.rect(...clip);
      context.clip();
      PAINT[mark.kind](context, mark, clip === mark.clip ? stay : between(mark.clip, clip));
      context.restore();
    }
    if (cursor && document.activeElement === canvas) {
      context.strokeStyle = pen ? "#D55E00" : "black";
      context.lineWidth = 2;
      context.translate(...moved(cursor, 0, 1));
      context.strokeRect(-6, -6, 12, 12);
      context.beginPath();
      MARKERS["+"](context, 10);
      context.stroke();
    }
    context.restore();
  };
  const showScene = () => {
    paint();
    canvas.setAttribute("aria-label", `${model.get("title")}. ${model.get("alt")} ${model.get("help")}`);
    model.set("seen", model.get("scene").frame ?? 0); // Python sends no next frame before
    model.save_changes();
    expect();
  };
  const bitmapOf = (png) => createImageBitmap(new Blob([bytes(png)], { type: "image/png" }));
  const showBackground = async () => {
    const mine = ++latest;
    const bitmap = await bitmapOf(model.get("background"));
    if (mine === latest) background = bitmap;
    paint();
  };
  const fit = () => (arrange(), paint());
  const showSlim = async () => {
    const mine = ++latestSlim, of = model.get("slim");
    const bitmap = of.background && (await bitmapOf(of.background));
    if (mine !== latestSlim) return;
    slimmer = bitmap ? { of, bitmap } : null;
    fit();
  };
  follow("scene", showScene);
  follow("background", showBackground);
  follow("slim", showSlim);
  const sized = new ResizeObserver(fit);
  sized.observe(root);
  ends.push(() => sized.disconnect());
  follow("panels", fit);
  arrange();

  // Pointer and keyboard make the same gestures: a path from where it went down to where it is.
  let pen = null; // while it is down: the number of the gesture, and its path
  const send = (done) => {
    // What Python has not answered yet is told again, so that nothing is lost while it is busy.
    const answered = model.get("scene").pointer ?? 0;
    const { earlier = [], ...last } = model.get("pointer");
    const open = [...earlier, last].filter((g) => g.count > answered && g.count < pen.count);
    model.set("pointer", { count: pen.count, path: [...pen.path], done, earlier: open });
    model.save_changes();
    expect();
  };
  const lower = (at) => (pen = { count: model.get("pointer").count + 1, path: [at] });
  const draw = (points) => {
    for (const [x, y] of points) {
      const [a, b] = pen.path.at(-1);
      if (Math.hypot(x - a, y - b) >= 1) pen.path.push([x, y]); // nearer, nothing would be seen
    }
  };
  let under = null; // the part on which the gesture began, and to which it belongs
  const place = (event) => {
    const bounds = canvas.getBoundingClientRect();
    const scale = layout.width / bounds.width;
    const x = (event.clientX - bounds.left) * scale, y = (event.clientY - bounds.top) * scale;
    const within = ({ box, at }) =>
      x >= at[0] && x < at[0] + box[2] && y >= at[1] && y < at[1] + box[3];
    if (!pen) under = layout.parts.find(within) ?? layout.parts[0];
    const round = (x) => Math.round(10 * x) / 10;
    const at = [x + under.box[0] - under.at[0], y + under.box[1] - under.at[1]];
    return moved(at, 1, 0).map(round);
  };
  if (model.get("help")) {
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "application");
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      canvas.setPointerCapture(event.pointerId);
      cursor = null;
      lower(place(event));
      send(false);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!pen || cursor) return;
      const all = event.getCoalescedEvents?.() ?? [];
      draw((all.length ? all : [event]).map(place));
      send(false);
    });
    const lift = () => {
      if (!pen) return;
      send(true);
      pen = null;
    };
    canvas.addEventListener("pointerup", lift);
    canvas.addEventListener("pointercancel", lift);
    canvas.addEventListener("blur", () => (lift(), paint()));
    canvas.addEventListener("focus", () => {
      if (canvas.matches(":focus-visible")) cursor ??= model.get("cursor").slice(0, 2), paint();
    });
    const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    canvas.addEventListener("keydown", (event) => {
      const way = STEPS[event.key];
      cursor ??= model.get("cursor").slice(0, 2);
      const step = model.get("cursor")[2];
      if (way) {
        const limit = (x, most) => Math.min(most, Math.max(0, x));
        cursor = [limit(cursor[0] + way[0] * step, width), limit(cursor[1] + way[1] * step, height)];
        if (pen) draw([cursor]), send(false);
      } else if (event.key === " " || event.key === "Enter") {
        if (pen) lift();
        else {
          lower(cursor);
          send(false);
          if (event.key === "Enter") lift();
        }
      } else if (event.key === "Escape") lift();
      else return;
      event.preventDefault();
      paint();
    });
  } else canvas.setAttribute("role", "img");

  // Words.
  const showWords = () => {
    whose.textContent = model.get("whose");
    words.textContent = model.get("words");
    status.textContent = model.get("status");
    error.textContent = model.get("error");
    code.textContent = model.get("link");
  };
  ["words", "status", "error", "link", "whose"].forEach((name) => follow(name, showWords));

  // A kernel that was restarted, or is busy, cannot say so itself.
  let asked = null;
  const answered = () =>
    (!model.get("pointer").done || model.get("pointer").count <= (model.get("scene").pointer ?? 0)) &&
    Object.entries(model.get("touched")).every(
      ([name, [count]]) => count <= (model.get("values")[name] ?? [0])[0],
    );
  const expect = () => {
    if (answered()) {
      clearTimeout(asked);
      asked = null;
      root.classList.remove("waiting");
    } else asked ??= setTimeout(() => root.classList.add("waiting"), 3000);
  };
  follow("values", expect);

  showWords();
  showBackground();
  showSlim();
  showScene();
  return () => {
    clearTimeout(asked);
    ends.forEach((end) => end());
  };
}

export default { render };
