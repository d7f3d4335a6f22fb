/* Small comforts on top of pages that work without any script. */
(() => {
  "use strict";

  const root = document.documentElement;
  root.classList.add("js");
  const wide = window.matchMedia("(min-width: 60.01rem)");

  /** Says a sentence to screen readers without moving the focus. */
  const announce = (text) => {
    const region = document.getElementById("live");
    if (region && text) region.textContent = text.trim();
  };

  /** Prepares what a page or a swapped part of it brings along. */
  const prepare = (scope) => {
    scope.querySelectorAll("[data-copy], [data-print]").forEach((button) => {
      button.hidden = false;
    });
    scope.querySelectorAll("details.filters").forEach((panel) => {
      if (wide.matches) panel.open = true;
    });
    scope.querySelectorAll("[data-focus-on-load]").forEach((element) => element.focus());
  };

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-submit-on-change]");
    if (form && event.target.matches("select, input[type=checkbox], input[type=radio]")) {
      form.requestSubmit();
    }
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-once]")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
  });
  // A page that comes back from the browser's memory may be sent again.
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-once]").forEach((form) => delete form.dataset.sent);
  });

  document.addEventListener("click", async (event) => {
    const copy = event.target.closest("[data-copy]");
    if (copy) {
      try {
        await navigator.clipboard.writeText(copy.dataset.copy || window.location.href);
        announce(copy.dataset.copied);
        copy.textContent = copy.dataset.copied;
      } catch {
        window.prompt(copy.textContent.trim(), copy.dataset.copy || window.location.href);
      }
    }
    if (event.target.closest("[data-print]")) window.print();
  });

  // The arrow keys turn the pages of a booklet, except where they move something else.
  document.addEventListener("keydown", (event) => {
    const turns = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
    if (!turns || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable], [role=region], [role=listbox]")) return;
    const link = document.head.querySelector(`link[rel="${turns}"]`);
    if (link) window.location.assign(link.href);
  });

  // A search box inside a long list hides what does not match; chosen values stay.
  document.addEventListener("input", (event) => {
    const box = event.target.closest("[data-filter-list]");
    if (!box) return;
    const words = box.value.trim().toLowerCase();
    const list = document.getElementById(box.dataset.filterList);
    list?.querySelectorAll(".option").forEach((option) => {
      const chosen = option.querySelector("input")?.checked;
      option.hidden = Boolean(words) && !chosen && !option.textContent.toLowerCase().includes(words);
    });
  });

  /** Turns a search box and its list into a combobox for the keyboard. */
  const combobox = (input) => {
    const list = document.getElementById(input.dataset.suggestions);
    if (!list) return;
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");
    input.autocomplete = "off";
    list.hidden = true;
    let current = -1;
    const options = () => [...list.querySelectorAll("[role=option]")];
    const close = () => {
      list.hidden = true;
      current = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const select = (index) => {
      const all = options();
      current = (index + all.length) % all.length;
      all.forEach((option, at) => option.setAttribute("aria-selected", String(at === current)));
      input.setAttribute("aria-activedescendant", all[current].id);
      all[current].scrollIntoView({ block: "nearest" });
    };
    const follow = (option) => {
      window.location.assign(option.dataset.href);
    };
    list.addEventListener("htmx:afterSwap", () => {
      options().forEach((option, at) => {
        option.id = `${list.id}-${at}`;
        option.setAttribute("aria-selected", "false");
      });
      const any = options().length > 0 && input === document.activeElement;
      list.hidden = !any;
      current = -1;
      input.setAttribute("aria-expanded", String(any));
      input.removeAttribute("aria-activedescendant");
    });
    input.addEventListener("keydown", (event) => {
      if (event.isComposing || list.hidden) return;
      if (event.key === "ArrowDown") select(current + 1);
      else if (event.key === "ArrowUp") select(current < 0 ? -1 : current - 1);
      else if (event.key === "Escape") close();
      else if (event.key === "Enter" && current >= 0) follow(options()[current]);
      else return;
      event.preventDefault();
    });
    input.addEventListener("blur", () => window.setTimeout(close, 150));
    // The pointer must not take the focus away before the click arrives.
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) follow(option);
    });
  };

  document.querySelectorAll("input[data-suggestions]").forEach(combobox);
  // Going back puts a kept page in place, whose boxes know nothing yet.
  document.addEventListener("htmx:historyRestore", () => {
    document.querySelectorAll("input[data-suggestions]").forEach(combobox);
    prepare(document);
  });
  prepare(document);
  wide.addEventListener("change", () => prepare(document));
  document.body.addEventListener("htmx:afterSwap", (event) => {
    prepare(event.target);
    const said = event.target.querySelector("[data-announce]") ?? event.target.closest("[data-announce]");
    if (said) announce(said.dataset.announce || said.textContent);
  });
})();
