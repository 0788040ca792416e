"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const log = $("log"), text = $("text"), send = $("send"), note = $("note"), told = note.firstChild, again = note.lastChild, said = $("said"), panel = $("panel");
  const words = JSON.parse(document.body.dataset.words);
  const touch = matchMedia("(pointer: coarse)").matches, most = Number(document.body.dataset.most);
  let seen = document.body.dataset.seen, stream = null, quiet = 0, retry = 0, word = "", fading = 0;

  const find = (handle) => log.querySelector(`[data-handle="${CSS.escape(handle)}"]`);
  const growing = () => log.querySelector("[aria-busy]");
  const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  const toEnd = () => { log.scrollTop = log.scrollHeight; };
  const post = (path, body) => fetch(path, {
    method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body || {}),
  });
  const toText = () => { if (!touch) text.focus({preventScroll: true}); };  // on a phone, focus would open the keyboard

  // The line above the box: a status, an error, or an error with the button that helps

  function tell(said, {bad = false, help = null} = {}) {
    told.textContent = said;
    note.classList.toggle("bad", bad && Boolean(said));
    again.hidden = !help;
    again.onclick = help;
  }

  function tellBriefly(said, seconds, bad) {
    clearTimeout(fading);
    word = said;
    tell(said, {bad});
    fading = setTimeout(() => { word = ""; state(); }, seconds * 1000);
  }

  // Handling the server's messages

  function change(item) {
    let article = find(item.handle);
    const was = article && article.hasAttribute("aria-busy");
    if (item.html !== undefined) {
      if (article) article.outerHTML = item.html;
      else log.insertAdjacentHTML("beforeend", item.html);
      article = find(item.handle);
    } else if (article) {
      const answer = article.querySelector(".answer"), held = sideways(answer);
      while (answer.children.length > item.from) answer.lastElementChild.remove();
      answer.insertAdjacentHTML("beforeend", item.blocks.join(""));
      held.forEach((left, index) => { const one = wide(answer)[index]; if (one) one.scrollLeft = left; });
      article.querySelector(".foot").innerHTML = item.foot;
      article.toggleAttribute("aria-busy", item.growing);
      if (item.growing) article.setAttribute("aria-busy", "true");
    }
    if (article && window.pipitLater) window.pipitLater.dress(article);
    if (article && was && !item.growing) said.textContent = spoken(article.querySelector(".answer"));
  }

  function spoken(answer) {
    const words = answer.cloneNode(true);
    words.querySelectorAll(".copy").forEach((one) => one.remove());
    return words.textContent;
  }

  // A block that a reader has scrolled sideways keeps its position while the answer grows
  const wide = (answer) => [...answer.querySelectorAll("pre, .table, .math")];
  const sideways = (answer) => wide(answer).map((one) => one.scrollLeft);

  function take(event) {
    const data = JSON.parse(event.data), follow = atEnd();
    if (data.language && data.language !== document.documentElement.lang) return location.reload();
    seen = event.lastEventId;
    if (data.reset) log.replaceChildren();
    data.items.forEach(change);
    if (data.reset) outbox().forEach((one) => show(one));
    if (follow || data.reset) toEnd();
    turn();
    state();
  }

  function turn() {
    const busy = growing() && !text.value.trim() && !window.pipit?.files?.count();
    send.textContent = busy ? words.stop : words.send;
    send.dataset.stop = busy ? "1" : "";
  }

  function state() {
    const over = text.value.length > most, numbers = {length: text.value.length, most};
    if (over) tell(words.long.replace(/{(\w+)}/g, (_, name) => numbers[name].toLocaleString(document.documentElement.lang)), {bad: true});
    else if (!navigator.onLine || retry >= 2) tell(words.offline, {bad: true, help: reach});
    else if (outbox().length && retry) tell(words.unsent, {bad: true, help: reach});
    else if (!word) tell("");
    send.disabled = over;
  }

  // The connection: it is opened again whenever it may have been lost

  function connect() {
    clearTimeout(quiet);
    if (stream) stream.close();
    stream = new EventSource(`events?seen=${encodeURIComponent(seen)}`);
    stream.onopen = () => { retry = 0; state(); deliver(); };
    stream.onmessage = take;
    stream.onerror = () => {
      stream.close();
      retry += 1;
      state();
      quiet = setTimeout(retry === 4 ? check : connect, Math.min(8000, 500 * 2 ** Math.min(retry, 4)));
    };
  }

  function reach() {
    retry = 0;
    connect();
    deliver();
  }

  async function check() {  // after a change of the password or a deleted cookie, reload the page
    const answer = await fetch("events", {method: "HEAD"}).catch(() => null);
    if (answer && answer.status === 401) location.reload();
    else connect();
  }

  // Questions stay in the outbox until the server has them. The server ignores a repeated id

  function outbox(list) {
    try {
      if (list) sessionStorage.setItem("outbox", JSON.stringify(list));
      return list || JSON.parse(sessionStorage.getItem("outbox") || "[]");
    } catch (error) {
      outbox.list = list || outbox.list || [];
      return outbox.list;
    }
  }

  function show(one) {
    if (find(one.id)) return;
    const article = document.createElement("article"), asked = document.createElement("p");
    article.dataset.handle = one.id;
    article.setAttribute("aria-busy", "true");
    asked.className = "asked";
    asked.dir = "auto";
    asked.textContent = (one.names?.length ? `📎 ${one.names.join(", ")}\n` : "") + one.text;
    article.append(asked, Object.assign(document.createElement("div"), {className: "answer"}),
      Object.assign(document.createElement("div"), {className: "foot"}));
    log.append(article);
    toEnd();
  }

  function newId() {
    const bytes = crypto.getRandomValues(new Uint8Array(12));
    return "p-" + Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function ask(question, files = []) {
    const one = {id: newId(), text: question, files: files.map((file) => file.id), names: files.map((file) => file.name)};
    outbox([...outbox(), one]);
    if (!question.startsWith("/")) show(one);
    said.textContent = words.thinking;
    deliver();
  }

  function giveBack(one, reason) {  // put the text of a refused question back into the box
    const article = find(one.id);
    if (article) article.remove();
    if (!one.text.startsWith("/") && !text.value.includes(one.text)) {
      text.value = text.value.trim() ? `${one.text}\n${text.value}` : one.text;
      size();
    }
    said.textContent = reason;
    tellBriefly(reason, 8, true);
  }

  let delivering = false;
  async function deliver() {
    if (delivering) return;
    delivering = true;
    try {
      while (outbox().length) {
        const one = outbox()[0];
        const answer = await post("ask", one);
        if (answer.status === 401) return location.reload();
        if (answer.status >= 500 || answer.status === 429) throw new Error("later");
        outbox(outbox().filter((other) => other.id !== one.id));
        state();
        if (!answer.ok) giveBack(one, words.returned);
      }
    } catch (error) {
      tell(words.unsent, {bad: true, help: reach});
      setTimeout(deliver, 800);
    } finally {
      delivering = false;
      turn();
    }
  }

  async function press(handle, action, about = "") {
    try {
      const answer = await post("press", {handle, action, about});
      const data = answer.ok ? await answer.json() : {word: words.unsent};
      if (data.word) tellBriefly(data.word, 4, !answer.ok);
    } catch (error) {
      tellBriefly(words.offline, 4, true);
    }
  }

  function stop() {
    const last = [...log.querySelectorAll("[aria-busy]")].shift();
    if (last) press(last.dataset.handle, "stop");
  }

  // Actions of the visitor

  function size() {
    text.style.height = "auto";
    text.style.height = `${text.scrollHeight + 2}px`;
    try { sessionStorage.setItem("draft", text.value); } catch (error) { /* then a reload loses it */ }
    state();
    turn();
  }

  $("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    const question = text.value.trim(), files = window.pipit?.files;
    if ((question || files?.count()) && text.value.length <= most) {
      if (files?.busy()) return;
      text.value = "";
      size();
      ask(question, files ? files.take() : []);
    } else if (!question && send.dataset.stop) stop();
    turn();
  });
  text.addEventListener("input", size);
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing && !event.shiftKey && (!touch || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      $("ask").requestSubmit();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !panel.open && growing()) stop();
  });
  log.addEventListener("click", (event) => {
    const button = event.target.closest("[data-action]");
    if (!button) return;
    press(button.closest("article").dataset.handle, button.dataset.action, button.dataset.about);
    toText();
  });
  $("fresh").addEventListener("click", () => { ask("/new"); toText(); });

  // An open menu is an entry of the history, so the phone's back button closes it

  $("menu").addEventListener("click", () => {
    if (!panel.open) {
      history.pushState({menu: true}, "");
      panel.showModal();
    }
    late().then(() => window.pipitLater.open(), more);
  });
  let loading = null;
  window.pipit = {post, panel, log, said, words, tellBriefly, turn};
  addEventListener("load", () => {
    document.head.append(Object.assign(document.createElement("script"), {src: document.body.dataset.attach}));
  });
  function late() {
    loading = loading || new Promise((loaded, failed) => {
      const script = document.createElement("script");
      Object.assign(script, {src: document.body.dataset.later, onload: loaded, onerror: failed});
      document.head.append(script);
    });
    return loading;
  }
  function more() {
    const frame = document.createElement("iframe");
    frame.title = panel.getAttribute("aria-label");
    frame.src = "gradio/";
    panel.prepend(frame);
    panel.classList.add("more");
  }
  $("more").addEventListener("click", more);
  $("close").addEventListener("click", () => panel.close());
  panel.addEventListener("close", () => {
    panel.querySelector("iframe")?.remove();
    panel.classList.remove("more");
    if (history.state?.menu) history.back();
    toText();
  });
  addEventListener("popstate", () => panel.close());
  $("menu").addEventListener("pointerdown", () => late().catch(() => {}));
  addEventListener("load", () => setTimeout(() => late().catch(() => {}), 3000));
  const leave = $("leave");
  if (leave) leave.addEventListener("submit", () => sessionStorage.clear());
  addEventListener("online", () => { retry = 0; connect(); deliver(); });
  addEventListener("offline", state);
  addEventListener("pageshow", (event) => { if (event.persisted) connect(); });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && stream.readyState !== EventSource.OPEN) { retry = 0; connect(); }
  });
  try { text.value = sessionStorage.getItem("draft") || ""; } catch (error) { /* no draft was kept */ }
  if (history.state?.menu) history.replaceState(null, "");
  outbox().forEach(show);
  size();
  toEnd();
  turn();
  connect();
  toText();
})();
