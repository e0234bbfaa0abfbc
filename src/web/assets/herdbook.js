// Herdbook: the little that plain pages cannot do. Every page works without it.
// No words in here: all text comes from the page or the server. No key approves, issues or pays.
(() => {
  "use strict";

  const root = document.documentElement;

  // ── Theme: the page comes with the one of the account; here it is switched and kept ──

  function isDark() {
    if (root.dataset.theme) return root.dataset.theme === "dark";
    return matchMedia("(prefers-color-scheme: dark)").matches;
  }

  function startTheme() {
    const button = document.querySelector("[data-theme-toggle]");
    const proof = document.querySelector("form[action='/sign-out'] [name=csrf]");
    if (!button || !proof) return;
    const show = () => button.setAttribute("aria-pressed", String(isDark()));
    button.hidden = false;
    show();
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      show();
      const body = new URLSearchParams({ csrf: proof.value, theme: root.dataset.theme });
      // Where it cannot be kept, it lasts for this page.
      fetch("/account/display", { method: "POST", body, redirect: "manual" }).catch(() => {});
    });
  }

  // ── Palette: a combobox over the search, which answers with a fragment of links ──

  function startPalette() {
    const link = document.querySelector("[data-palette]");
    const dialog = document.getElementById("palette");
    if (!link || !dialog?.showModal) return () => false;
    const field = dialog.querySelector("input");
    const results = dialog.querySelector("[role=listbox]");
    const status = dialog.querySelector("[data-palette-status]");
    let asked = null;
    let timer = 0;

    const options = () => [...results.querySelectorAll("[role=option]")];
    const selected = () => results.querySelector("[aria-selected=true]");

    function select(option) {
      selected()?.setAttribute("aria-selected", "false");
      option?.setAttribute("aria-selected", "true");
      option?.scrollIntoView({ block: "nearest" });
      if (option) field.setAttribute("aria-activedescendant", option.id);
      else field.removeAttribute("aria-activedescendant");
    }

    function move(by) {
      const all = options();
      if (all.length === 0) return;
      const at = all.indexOf(selected());
      select(all[(at + by + all.length) % all.length]);
    }

    async function ask() {
      asked?.abort();
      asked = new AbortController();
      const url = new URL(link.href);
      url.searchParams.set("q", field.value.trim());
      try {
        const answer = await fetch(url, {
          signal: asked.signal,
          headers: { accept: "text/html", "x-fragment": "results" },
        });
        // Signed out or out of order: the search page itself says so.
        if (!answer.ok || answer.redirected) return;
        results.innerHTML = await answer.text();
        const all = options();
        all.forEach((option, index) => {
          option.id ||= `palette-hit-${index}`;
        });
        field.setAttribute("aria-expanded", String(all.length > 0));
        status.textContent = results.querySelector("[data-status]")?.dataset.status ?? "";
        select(all[0]);
      } catch (error) {
        if (error.name !== "AbortError") results.replaceChildren();
      }
    }

    function open() {
      if (!dialog.open) dialog.showModal();
      field.select();
      ask();
      return true;
    }

    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open();
    });
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, 120);
    });
    field.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "ArrowDown") move(1);
      else if (event.key === "ArrowUp") move(-1);
      else if (event.key === "Enter") selected()?.click();
      else return;
      event.preventDefault();
    });
    dialog.addEventListener("click", (event) => {
      // Only the backdrop is the dialog itself: what lies on it are its children.
      if (event.target === dialog) dialog.close();
    });
    return open;
  }

  // ── Key list ──

  function startKeyList() {
    const dialog = document.getElementById("keylist");
    const button = document.querySelector("[data-keylist]");
    if (!dialog?.showModal) return () => false;
    const open = () => {
      if (!dialog.open) dialog.showModal();
      return true;
    };
    if (button) {
      button.hidden = false;
      button.addEventListener("click", open);
    }
    dialog.querySelector("[data-close-dialog]")?.addEventListener("click", () => dialog.close());
    return open;
  }

  // ── Rows: the focus moves between the links that head them, so Enter needs no code ──

  const rowLink = (row) => row.querySelector("th a[href]") ?? row.querySelector("a[href]");

  function rows() {
    const all = document.querySelectorAll("table[data-rows] > tbody > tr:not(.group)");
    return [...all].filter((row) => rowLink(row) && row.getClientRects().length > 0);
  }

  const currentRow = () => document.activeElement?.closest("table[data-rows] > tbody > tr");

  function moveRow(by) {
    const all = rows();
    if (all.length === 0) return false;
    const at = all.indexOf(currentRow());
    const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by;
    const row = all[Math.min(Math.max(next, 0), all.length - 1)];
    rowLink(row).focus();
    row.scrollIntoView({ block: "nearest" });
    return true;
  }

  function selectRow() {
    const box = currentRow()?.querySelector("[data-select]:not(:disabled)");
    box?.click();
    return Boolean(box);
  }

  // ── Derivations ──

  /** The drawer of the row that has the focus, else the first of the page. */
  function openWhy() {
    const row = document.activeElement?.closest("tr");
    const near = row?.querySelector(".why") ?? row?.nextElementSibling?.querySelector(".why");
    const around = document.activeElement?.closest(".why");
    const why = near ?? around ?? document.querySelector(".why");
    if (!why) return false;
    why.open = !why.open;
    const summary = why.querySelector("summary");
    summary.focus();
    summary.scrollIntoView({ block: "nearest" });
    return true;
  }

  /** Esc in a drawer shuts it and goes back to its question; in an empty filter it leaves it. */
  function back(target) {
    const open = target.closest("details.why[open], details.fold[open]");
    if (open) {
      open.open = false;
      open.querySelector("summary").focus();
      return true;
    }
    if (target.matches("[data-filter]") && target.value === "") {
      target.blur();
      return true;
    }
    return false;
  }

  // Paper has no drawers: all open for the print, and as they were after it.
  const opened = [];
  addEventListener("beforeprint", () => {
    for (const drawer of document.querySelectorAll("main details:not([open], .fold)")) {
      drawer.open = true;
      opened.push(drawer);
    }
  });
  addEventListener("afterprint", () => {
    for (const drawer of opened.splice(0)) drawer.open = false;
  });

  // ── Keys ──

  const WRITES = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

  function goTo(letter) {
    const link = document.querySelector(`.nav a[data-key="${CSS.escape(letter)}"]`);
    link?.click();
    return Boolean(link);
  }

  function follow(selector) {
    const link = document.querySelector(selector);
    link?.click();
    return Boolean(link);
  }

  function focusFilter() {
    const field = document.querySelector("[data-filter]");
    field?.focus();
    field?.select();
    return Boolean(field);
  }

  function startKeys(openPalette, openKeyList) {
    // In the order in which the page gives their keys; `go` waits for a second one.
    const actions = [
      openKeyList,
      focusFilter,
      null,
      () => moveRow(1),
      () => moveRow(-1),
      selectRow,
      () => follow("[data-export]"),
      openWhy,
    ];
    const keys = [...(root.dataset.keymap ?? "?/gjkxew")];
    const go = keys[actions.indexOf(null)];
    const single = Object.fromEntries(keys.map((key, place) => [key, actions[place]]));
    // A letter after `go` counts for a second and a half; then it is a key of its own again.
    let goUntil = 0;

    addEventListener("keydown", (event) => {
      if (event.defaultPrevented || event.isComposing) return;
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && key === "k") {
        if (openPalette()) event.preventDefault();
        return;
      }
      const target = event.target instanceof Element ? event.target : root;
      if (document.querySelector("dialog[open]")) return;
      if (key === "Escape") {
        if (back(target)) event.preventDefault();
        return;
      }
      if (root.dataset.keys === "off" || target.closest(WRITES)) return;
      if (event.ctrlKey || event.metaKey || event.altKey) return;

      const now = performance.now();
      if (now < goUntil) {
        goUntil = 0;
        if (goTo(key)) event.preventDefault();
        return;
      }
      if (key === go) {
        goUntil = now + 1500;
        return;
      }
      if (single[key]?.()) event.preventDefault();
    });
  }

  // ── Parts of pages: lists and the progress of a run are exchanged without a new page ──

  function startParts() {
    document.addEventListener("htmx:responseError", (event) => {
      // The page itself says what is wrong.
      const { pathInfo, requestConfig } = event.detail;
      if (requestConfig?.verb === "get") location.assign(pathInfo.finalRequestPath);
    });
    document.addEventListener("htmx:afterSettle", () => {
      const main = document.getElementById("main");
      // What had the focus may be gone with the part: the reading goes on at the new one.
      if (document.activeElement === document.body) main?.focus({ preventScroll: true });
      const voice = document.querySelector("[data-announce]");
      const sum = main?.querySelector("[data-poll], .head .sub");
      if (voice && sum) voice.textContent = sum.textContent;
    });
  }

  // ── Drawings wider than the window begin at today, not years before it ──

  function startDrawings() {
    for (const mark of document.querySelectorAll(".chart .today")) {
      const region = mark.closest(".scroll");
      if (!region) continue;
      const left = mark.getBoundingClientRect().left - region.getBoundingClientRect().left;
      region.scrollLeft += left - region.clientWidth / 2;
    }
  }

  // ── Copying: what is shown once goes into the clipboard, where the browser lets it ──

  function startCopy() {
    for (const button of document.querySelectorAll("[data-copy]")) {
      if (!navigator.clipboard) return;
      button.hidden = false;
      button.addEventListener("click", async () => {
        const from = document.getElementById(button.dataset.copy);
        const lines = [...from.children].map((line) => line.textContent.trim());
        try {
          await navigator.clipboard.writeText(`${lines.join("\n")}\n`);
        } catch {
          // Refused: the words can still be marked by hand.
          return;
        }
        const voice = document.querySelector("[data-copied]");
        if (voice) voice.textContent = button.dataset.done;
      });
    }
  }

  // ── Forms: a button is pressed once; the server carries a form out once in any case ──

  function startForms() {
    const pressed = new Set();
    document.addEventListener("submit", (event) => {
      const form = event.target;
      if (event.defaultPrevented || form.method !== "post") return;
      // After the form was read: the value of a button that is off would not be sent.
      setTimeout(() => {
        for (const button of form.querySelectorAll("button:not([type=button]):enabled")) {
          button.disabled = true;
          pressed.add(button);
        }
      });
    });
    // A page that comes back by the browser's own way back can be sent again.
    addEventListener("pageshow", () => {
      for (const button of pressed) button.disabled = false;
      pressed.clear();
    });
  }

  // ── Start ──

  function start() {
    startTheme();
    startParts();
    startCopy();
    startDrawings();
    startForms();
    startKeys(startPalette(), startKeyList());

    document.addEventListener("click", (event) => {
      event.target.closest("[data-close]")?.closest(".toast")?.remove();
      for (const fold of document.querySelectorAll("details.fold[open]")) {
        if (!fold.contains(event.target)) fold.open = false;
      }
    });
    // What stands in a page when it loads is not announced: the toasts are said once it has.
    const said = document.querySelectorAll(".toasts .toast > :first-child");
    const voice = document.querySelector("[data-announce]");
    if (voice && said.length > 0) {
      setTimeout(() => {
        voice.textContent = [...said].map((toast) => toast.textContent).join(" ");
      }, 500);
    }
    // Errors take the focus, so that they are heard and the links to the fields are next.
    document.querySelector("[data-errors]")?.focus();
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
