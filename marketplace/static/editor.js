/* Autosave and the buttons of the page editor speak of the same version.

   Autosave keeps to itself what it has written. The site refuses to save over a version that the
   form does not name, so the form is told; and a button that is pressed while autosave is on its
   way waits for its answer, which carries the ids of new rows too. */
(() => {
  "use strict";
  const PATIENCE = 5000;
  let onItsWay = false;
  let pressed = null;

  const name = (form, key, value) => {
    let field = form.elements.namedItem(key);
    if (!field) {
      field = document.createElement("input");
      field.type = "hidden";
      field.name = key;
      form.append(field);
    }
    field.value = value;
  };

  const goOn = () => {
    onItsWay = false;
    const button = pressed;
    pressed = null;
    if (button) button.click();
  };

  document.addEventListener("w-autosave:save", (event) => {
    onItsWay = !event.defaultPrevented;
  });
  document.addEventListener("w-autosave:success", (event) => {
    const saved = event.detail.data;
    if (saved.revision_id) {
      name(event.target, "loaded_revision_id", saved.revision_id);
      name(event.target, "loaded_revision_created_at", saved.revision_created_at);
    }
    goOn();
  });
  document.addEventListener("w-autosave:error", goOn);
  document.addEventListener(
    "click",
    (event) => {
      const button = event.target.closest("[data-edit-form] button[type=submit]");
      if (!button || !onItsWay) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (!pressed) setTimeout(() => pressed === button && goOn(), PATIENCE);
      pressed = button;
    },
    true,
  );
})();
