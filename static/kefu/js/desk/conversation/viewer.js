/**
 * Shows the pictures of the thread one at a time: fits, larger and smaller by wheel, keys, fingers and buttons, turned,
 * moved, saved. Loaded with the first picture that is opened.
 *
 *   const viewer = install(desk);  viewer.show(pictures, at)    pictures: [{ src, name }] in the order of the thread
 *   viewer.leave(src)                     it was taken back: the next one is shown, or none
 *   fitting(picture, box, turned)         the scale at which it is seen whole, and is no larger than it is (pure)
 *   zoomed(view, factor, x, y, least)     the view after zooming at a point, which stays where it is (pure)
 */
const LARGEST = 8, STEP = 1.25, TURN = 90, WHOLE = 360;
const KEYS = {
  ArrowLeft: "before",
  ArrowRight: "next",
  "+": "larger",
  "=": "larger",
  "-": "smaller",
  r: "turn",
  R: "turn",
  0: "fit",
};

export function fitting({ width, height }, box, turned) {
  const [across, down] = turned % (2 * TURN) ? [height, width] : [width, height];
  return Math.min(1, box.width / across, box.height / down) || 1;
}

/** x and y from the middle of the box. */
export function zoomed({ scale, x, y }, factor, atX, atY, least) {
  const next = Math.min(LARGEST, Math.max(least, scale * factor)), by = next / scale;
  if (next === least) return { scale: next, x: 0, y: 0 };
  return { scale: next, x: atX - (atX - x) * by, y: atY - (atY - y) * by };
}

export function install({ t }) {
  const dialog = document.querySelector("#viewer-dialog"), $ = (selector) => dialog.querySelector(selector);
  const stage = $(".viewer-stage"), image = $("img"), place = $(".viewer-place"), save = $("[data-view=save]");
  let pictures = [], at = 0, turned = 0, view = { scale: 1, x: 0, y: 0 };

  const least = () =>
    fitting({ width: image.naturalWidth, height: image.naturalHeight }, stage.getBoundingClientRect(), turned);

  function draw() {
    const { scale, x, y } = view;
    image.style.transform = `translate(-50%, -50%) translate(${x}px, ${y}px) rotate(${turned}deg) scale(${scale})`;
    stage.classList.toggle("larger", scale > least());
  }

  function fit() {
    view = { scale: least(), x: 0, y: 0 };
    draw();
  }

  function go(to) {
    if (to < 0 || to >= pictures.length) return;
    const { src, name } = pictures[at = to];
    turned = 0;
    image.classList.add("coming");
    image.src = src;
    image.alt = name;
    Object.assign(save, { href: src, download: name });
    sayPlace();
  }

  function sayPlace() {
    place.textContent = `${at + 1} / ${pictures.length}`;
    $("[data-view=before]").disabled = at === 0;
    $("[data-view=next]").disabled = at === pictures.length - 1;
  }

  function leave(src) {
    const gone = pictures.findIndex((one) => one.src === src);
    if (!dialog.open || gone < 0) return;
    pictures = pictures.filter((_, one) => one !== gone);
    if (!pictures.length) return dialog.close();
    if (gone === at) return go(Math.min(at, pictures.length - 1));
    if (gone < at) at--;
    sayPlace();
  }

  function came() {
    image.classList.remove("coming");
    fit();
  }

  function zoom(factor, clientX, clientY) {
    const box = stage.getBoundingClientRect(), middle = [box.left + box.width / 2, box.top + box.height / 2];
    view = zoomed(view, factor, (clientX ?? middle[0]) - middle[0], (clientY ?? middle[1]) - middle[1], least());
    draw();
  }

  function turn() {
    turned = (turned + TURN) % WHOLE;
    fit();
  }

  const acts = {
    before: () => go(at - 1),
    next: () => go(at + 1),
    larger: () => zoom(STEP),
    smaller: () => zoom(1 / STEP),
    turn,
    fit: () => view.scale > least() ? fit() : zoom(1 / view.scale), // as it is, where it was whole
  };

  function onKey(event) {
    const act = !event.ctrlKey && !event.metaKey && !event.altKey && acts[KEYS[event.key]];
    if (!act) return;
    event.preventDefault();
    act();
  }

  /** One finger or the mouse moves a larger picture, and leafs from one that is seen whole; two fingers zoom. */
  const fingers = new Map();
  let began = null;

  function spread() {
    const [one, other] = [...fingers.values()];
    return { length: Math.hypot(one.x - other.x, one.y - other.y), x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 };
  }

  function down(event) {
    stage.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    began = { x: event.clientX, y: event.clientY };
  }

  function move(event) {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const wide = fingers.size > 1 && spread(), now = { x: event.clientX, y: event.clientY };
    fingers.set(event.pointerId, now);
    if (wide) {
      began = null;
      const { length, x, y } = spread();
      zoom(length / wide.length, x, y);
    } else if (view.scale > least()) {
      view = { ...view, x: view.x + now.x - before.x, y: view.y + now.y - before.y };
      draw();
    }
  }

  function up(event) {
    fingers.delete(event.pointerId);
    const by = began && event.pointerType === "touch" && view.scale <= least() ? event.clientX - began.x : 0;
    if (Math.abs(by) > 60) go(at + (by < 0 ? 1 : -1));
    began = null;
  }

  image.addEventListener("load", came);
  image.addEventListener("error", () => (place.textContent = t("picture_gone")));
  image.addEventListener("dblclick", acts.fit);
  dialog.addEventListener("keydown", onKey);
  dialog.addEventListener("click", ({ target }) => {
    if (target === stage && view.scale <= least()) return dialog.close();
    acts[target.closest("[data-view]")?.dataset.view]?.();
  });
  dialog.addEventListener("close", () => image.removeAttribute("src"));
  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(event.deltaY < 0 ? STEP : 1 / STEP, event.clientX, event.clientY);
  }, { passive: false });
  stage.addEventListener("pointerdown", down);
  stage.addEventListener("pointermove", move);
  for (const name of ["pointerup", "pointercancel"]) stage.addEventListener(name, up);
  new ResizeObserver(() => image.naturalWidth && fit()).observe(stage);

  return {
    leave,
    show(all, first) {
      pictures = all;
      dialog.showModal();
      go(first);
    },
  };
}
