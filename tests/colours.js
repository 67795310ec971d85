// What axe does not measure of a page's colours, in the look that stands: the words (also those that
// are folded), pictures and their bars, edges of fields, which one is chosen, where the focus is.
// Answers {found: sentences, focused: kinds}; `forced` says that the person forces colours, `known`
// the kinds of controls whose focus was looked at before.
({ forced, known }) => {
  const found = new Set();
  const styles = new Map();
  const css = (e) => styles.get(e) || styles.set(e, getComputedStyle(e)).get(e);
  const parsed = new Map();
  const colour = (words) => {
    if (!parsed.has(words)) {
      const parts = (words.match(/[\d.]+/g) || []).map(Number);
      parsed.set(words, /^(rgb|color\(srgb)/.test(words)
        ? [...parts.slice(0, 3).map((n) => (words.startsWith("color") ? n * 255 : n)), parts[3] ?? 1]
        : null);
    }
    return parsed.get(words);
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const light = (c) => {
    const [r, g, b] = c.map((n) => (n / 255 <= 0.04045 ? n / 3294.6 : ((n / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => {
    const [hi, lo] = [light(a), light(b)].sort((x, y) => y - x);
    return (hi + 0.05) / (lo + 0.05);
  };
  const root = document.createElement("div");
  root.style.setProperty("background-color", "Canvas");
  document.body.append(root);
  const canvas = colour(getComputedStyle(root).backgroundColor);
  root.remove();
  const grounds = new Map();
  // What stands behind an element's own words; null where a picture does.
  const ground = (e) => {
    if (!e || e.nodeType !== 1) return canvas;
    if (!grounds.has(e)) {
      const own = colour(css(e).backgroundColor);
      const below = own && own[3] === 1 ? own : ground(e.parentElement);
      const picture = css(e).backgroundImage.includes("url(") && !e.matches("select");
      grounds.set(e, picture || !below || !own ? null : over(own, below));
    }
    return grounds.get(e);
  };
  const there = (e) => {
    for (let at = e; at && at.nodeType === 1; at = at.parentElement) {
      const s = css(at);
      if (s.display === "none" || s.visibility === "hidden" || Number(s.opacity) === 0) return false;
      if (s.clipPath === "inset(50%)" || s.clip === "rect(0px, 0px, 0px, 0px)") return false;
    }
    return true;
  };
  const kind = (e) => `${e.tagName.toLowerCase()}${e.getAttribute("class") ? `.${[...e.classList].join(".")}` : ""}`;
  const call = (e) => `<${kind(e)}> “${(e.textContent || e.getAttribute("aria-label") || "").trim().replace(/\s+/g, " ").slice(0, 40)}”`;
  const off = (e) => e.closest(":disabled, [aria-disabled=true]") || document.querySelector(`[aria-disabled=true][id="${e.htmlFor || "-"}"], :disabled[id="${e.htmlFor || "-"}"]`);
  const weigh = (what, e, front, behind, least) => {
    const top = colour(front);
    if (!top || !behind) return;
    const is = ratio(over(top, behind), behind);
    if (is < least - 0.005) found.add(`${what}: ${is.toFixed(2)} of ${least} : 1, ${front} on rgb(${behind.slice(0, 3).map(Math.round)}): ${call(e)}`);
  };
  const done = new Set();
  const first = (what, e, front) => {
    const behind = ground(e);
    const key = `${what} ${front} ${behind}`;
    return done.has(key) ? false : done.add(key);
  };

  // Words: also folded ones, and placeholders.
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const e = words.currentNode.parentElement;
    if (!words.currentNode.data.trim() || e.closest("script, style, template, noscript, option")) continue;
    const s = css(e);
    const front = e.closest("svg") ? s.fill : s.color;
    if (off(e) || !first("words", e, front) || !there(e)) continue;
    const big = parseFloat(s.fontSize) >= 24 || (parseFloat(s.fontSize) >= 18.66 && Number(s.fontWeight) >= 700);
    weigh("words", e, front, ground(e), big ? 3 : 4.5);
  }
  for (const e of document.querySelectorAll(":is(input, textarea)[placeholder]")) {
    weigh("placeholder", e, getComputedStyle(e, "::placeholder").color, ground(e), 4.5);
  }

  // Pictures: icons, bars, lines that carry a meaning.
  for (const svg of document.querySelectorAll("svg")) {
    if (!there(svg) || off(svg)) continue;
    const behind = ground(svg.parentElement);
    const shapes = svg.querySelector("use") ? [svg] : svg.querySelectorAll("rect, path, circle, line, polyline, polygon");
    for (const e of shapes) {
      if (e.matches(".site-header__tick, .chart__line, .band__line") || e.closest("defs, clipPath")) continue;
      const s = css(e);
      const paints = [e.tagName === "line" ? "none" : s.fill, s.stroke].filter(colour);
      const key = `shape ${paints} ${behind} ${kind(e)}`;
      if (!behind || !paints.length || done.has(key)) continue;
      done.add(key);
      const strength = (c) => ratio(over(colour(c), behind), behind);
      weigh("picture", e, paints.sort((a, b) => strength(b) - strength(a))[0], behind, 3);
    }
  }

  const kinds = new Set();
  for (const e of document.querySelectorAll("body *:not(script, style, template, svg *)")) {
    if (kinds.has(kind(e)) || !kinds.add(kind(e))) continue;
    for (const part of ["::before", "::after"]) {
      const s = getComputedStyle(e, part);
      if (s.content !== "none" && s.maskImage !== "none" && s.filter === "none" && there(e)) {
        weigh(`picture ${part}`, e, s.backgroundColor, ground(e), 3);
      }
    }
  }

  // Fields: one must see where they are.
  for (const e of document.querySelectorAll("input:not([type=hidden], [type=checkbox], [type=radio], [type=file], [type=range]), select, textarea")) {
    const s = css(e);
    if (!there(e) || off(e) || !done.add(`edge ${kind(e)}`)) continue;
    const outside = ground(e.parentElement);
    if (parseFloat(s.borderTopWidth) === 0 || s.borderTopStyle === "none") found.add(`field without an edge: ${call(e)}`);
    else weigh("edge of a field", e, s.borderTopColor, outside, 3);
  }

  // What was told by a ground alone is gone where colours are forced.
  if (forced) {
    const lines = (s) => ["Top", "Left", "Right", "Bottom"].some((d) => parseFloat(s[`border${d}Width`]) > 0 && s[`border${d}Style`] !== "none")
      || (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0);
    for (const e of document.querySelectorAll("button, .usa-button, summary[class*=button]")) {
      const s = css(e);
      if (e.textContent.trim() || e.querySelector("svg, img") || lines(s) || !there(e)) continue;
      const [front, behind] = [ground(e), ground(e.parentElement)];
      if (css(e).maskImage !== "none" && front && behind && ratio(front, behind) >= 3) continue;
      found.add(`a button that cannot be seen: ${call(e)}`);
    }
    for (const [e, was] of window.__grounds || []) {
      if (!e.isConnected || lines(css(e)) || css(e).backgroundImage !== "none") continue;
      const behind = ground(e.parentElement);
      const own = ground(e);
      if (own && behind && ratio(own, behind) < 3) found.add(`told by its ground alone (${was}): ${call(e)}`);
    }
  } else {
    window.__grounds = [];
    const seen = new Set();
    for (const e of document.querySelectorAll("body *:not(script, style, template, option, input, select, textarea)")) {
      if (e.childElementCount || e.textContent.trim() || e.closest("svg, iframe, meter, progress, img, template") || seen.has(kind(e))) continue;
      const own = colour(css(e).backgroundColor);
      if (!own || own[3] === 0) continue;
      const box = e.getBoundingClientRect();
      if (box.width < 2 || box.height < 2 || !there(e)) continue;
      seen.add(kind(e));
      window.__grounds.push([e, css(e).backgroundColor]);
    }
  }

  // The chosen one of several must differ from its neighbours by more than the words.
  const LOOKS = ["color", "backgroundColor", "fontWeight", "textDecorationLine", "borderBottomColor", "borderBottomWidth", "borderLeftColor", "borderLeftWidth", "outlineStyle", "borderTopColor", "borderTopWidth"];
  const look = (e) => LOOKS.map((name) => css(e)[name]).join("|");
  for (const e of document.querySelectorAll("[aria-current]:not([aria-current=false]), [aria-selected=true], [aria-pressed=true]")) {
    const list = e.closest("ul, ol, nav, [role=tablist], tbody, .choices, p, div");
    const others = list ? [...list.querySelectorAll(`${e.tagName}:not([aria-current], [aria-selected=true], [aria-pressed=true])`)] : [];
    const alike = others.filter((o) => o.getAttribute("class") === e.getAttribute("class"));
    if (alike.length && there(e) && alike.every((o) => look(o) === look(e) && own(o) === own(e))) found.add(`the chosen one looks like the others: ${call(e)}`);
  }
  function own(e) {
    return [...e.children].map((c) => look(c)).join("/");
  }

  // The ring of the focus, once for each kind of control in each look.
  const focused = [];
  const old = new Set(known);
  const before = document.activeElement;
  for (const e of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")) {
    const name = `${kind(e)} in ${e.closest("form, nav, table, header, footer, main")?.tagName}`;
    if (old.has(name) || e.tabIndex < 0 || off(e) || !e.checkVisibility() || !there(e)) continue;
    old.add(name);
    e.focus({ preventScroll: true, focusVisible: true });
    if (document.activeElement !== e) continue;
    focused.push(name);
    // The ring of a tick stands round its mark, its label or what holds both.
    const tick = e.matches("[type=radio], [type=checkbox], [type=file]");
    const drawn = tick
      ? [e, e.nextElementSibling, e.parentElement, e.closest("label")].filter(Boolean).flatMap((o) => [getComputedStyle(o), getComputedStyle(o, "::before")])
      : [getComputedStyle(e)];
    const ring = drawn.find((s) => s.outlineStyle === "auto" || (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 1.5));
    if (ring?.outlineStyle === "auto") continue; // the browser's own, drawn in two colours
    if (!ring) found.add(`no ring of focus: ${call(e)}`);
    else weigh("ring of focus", e, ring.outlineColor, parseFloat(ring.outlineOffset) < 0 ? ground(e) : ground(e.parentElement), 3);
  }
  if (before && before !== document.body) before.focus({ preventScroll: true });
  else document.activeElement?.blur?.();
  return { found: [...found], focused };
}
