"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const log = $("log"), text = $("text"), send = $("send"), note = $("note"), said = $("said"), panel = $("panel");
  const words = JSON.parse(document.body.dataset.words);
  const touch = matchMedia("(pointer: coarse)").matches;
  let seen = document.body.dataset.seen, stream = null, quiet = 0, retry = 0, told = "";

  const find = (handle) => log.querySelector(`[data-handle="${CSS.escape(handle)}"]`);
  const growing = () => log.querySelector("[aria-busy]");
  const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  const toEnd = () => { log.scrollTop = log.scrollHeight; };
  const post = (path, body) => fetch(path, {
    method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body || {}),
  });

  // Handling the server's messages

  function change(item) {
    let article = find(item.handle);
    const was = article && article.hasAttribute("aria-busy");
    if (item.html !== undefined) {
      if (article) article.outerHTML = item.html;
      else log.insertAdjacentHTML("beforeend", item.html);
      article = find(item.handle);
    } else if (article) {
      const answer = article.querySelector(".answer");
      while (answer.children.length > item.from) answer.lastElementChild.remove();
      answer.insertAdjacentHTML("beforeend", item.blocks.join(""));
      article.querySelector(".foot").innerHTML = item.foot;
      article.toggleAttribute("aria-busy", item.growing);
      if (item.growing) article.setAttribute("aria-busy", "true");
    }
    if (article && was && !item.growing) said.textContent = article.querySelector(".answer").innerText;
  }

  function take(event) {
    const data = JSON.parse(event.data), follow = atEnd();
    seen = event.lastEventId;
    if (data.reset) log.replaceChildren();
    data.items.forEach(change);
    if (data.reset) outbox().forEach((one) => show(one));
    if (follow || data.reset) toEnd();
    turn();
    state();
  }

  function turn() {
    const busy = growing() && !text.value.trim();
    send.textContent = busy ? words.stop : words.send;
    send.dataset.stop = busy ? "1" : "";
  }

  function state() {
    const waits = outbox().length;
    note.textContent = navigator.onLine && retry < 2 ? (waits && retry ? words.unsent : told) : words.offline;
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
    asked.textContent = one.text;
    article.append(asked, Object.assign(document.createElement("div"), {className: "answer"}),
      Object.assign(document.createElement("div"), {className: "foot"}));
    log.append(article);
    toEnd();
  }

  function newId() {
    const bytes = crypto.getRandomValues(new Uint8Array(12));
    return "p-" + Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function ask(question) {
    const one = {id: newId(), text: question};
    outbox([...outbox(), one]);
    if (!question.startsWith("/")) show(one);
    said.textContent = words.thinking;
    deliver();
  }

  function giveBack(one, word) {  // put the text of a refused question back into the box
    const article = find(one.id);
    if (article) article.remove();
    if (!one.text.startsWith("/") && !text.value.includes(one.text)) {
      text.value = text.value.trim() ? `${one.text}\n${text.value}` : one.text;
      size();
    }
    told = note.textContent = said.textContent = word;
    setTimeout(() => { told = ""; state(); }, 8000);
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
      note.textContent = words.unsent;
      setTimeout(deliver, 3000);
    } finally {
      delivering = false;
      turn();
    }
  }

  async function press(handle, action) {
    try {
      const answer = await post("press", {handle, action});
      const data = answer.ok ? await answer.json() : {word: words.unsent};
      if (data.word) { told = note.textContent = data.word; setTimeout(() => { told = ""; state(); }, 4000); }
    } catch (error) {
      note.textContent = words.offline;
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
    turn();
  }

  $("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    const question = text.value.trim();
    if (question) {
      text.value = "";
      size();
      ask(question);
    } else if (send.dataset.stop) stop();
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
    press(button.closest("article").dataset.handle, button.dataset.action);
    text.focus({preventScroll: true});
  });
  $("fresh").addEventListener("click", () => { ask("/new"); text.focus({preventScroll: true}); });
  $("menu").addEventListener("click", () => {
    if (!panel.querySelector("iframe")) {
      const frame = document.createElement("iframe");
      frame.title = panel.getAttribute("aria-label");
      frame.src = "gradio/";
      panel.prepend(frame);
    }
    panel.showModal();
  });
  $("close").addEventListener("click", () => panel.close());
  panel.addEventListener("close", () => {
    panel.querySelector("iframe")?.remove();
    text.focus({preventScroll: true});
  });
  const leave = $("leave");
  if (leave) leave.addEventListener("submit", () => sessionStorage.clear());
  addEventListener("online", () => { retry = 0; connect(); deliver(); });
  addEventListener("offline", state);
  addEventListener("pageshow", (event) => { if (event.persisted) connect(); });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && stream.readyState !== EventSource.OPEN) { retry = 0; connect(); }
  });
  outbox().forEach(show);
  toEnd();
  turn();
  connect();
  if (!touch) text.focus({preventScroll: true});
})();
