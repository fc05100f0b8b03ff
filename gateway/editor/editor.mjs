// A text area becomes an editor that shows faults at their line while one types. Without JavaScript the text area stays.

import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { forceLinting, linter, lintGutter, lintKeymap } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const WAIT = 600; // milliseconds after the last key before the gateway is asked

// Colours keep 4.5:1 on white.
const colours = HighlightStyle.define([
  { tag: tags.comment, color: "#595959" },
  { tag: [tags.definition(tags.propertyName), tags.propertyName], color: "#0017c1", fontWeight: "700" },
  { tag: [tags.string, tags.content], color: "#1a1a1a" },
  { tag: tags.keyword, color: "#5b1fa8" },
]);

const look = EditorView.theme({
  "&": { fontSize: "0.9375rem", maxHeight: "70vh" },
  "&.cm-focused": { outline: "4px solid #000000" },
  ".cm-scroller": { fontFamily: 'ui-monospace, "Noto Sans Mono CJK JP", monospace', lineHeight: "1.6", minHeight: "20rem" },
  ".cm-gutters": { backgroundColor: "#f8f8fb", color: "#595959" },
  ".cm-activeLine": { backgroundColor: "#0017c10a" },
  // In place of the pictures that come with the linter: our pages load none.
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy #b60f00" },
  ".cm-lint-marker-error": { content: "normal" },
  ".cm-lint-marker-error:before": { content: '"✕"', color: "#b60f00", fontWeight: "700", lineHeight: "1" },
});

function place(document, fault) {
  const line = document.line(Math.min(Math.max(fault.line, 1), document.lines));
  const from = Math.min(line.from + Math.max(fault.column - 1, 0), line.to);
  return { from, to: Math.max(line.to, from) };
}

function faultsOf(area) {
  const form = area.form;
  return async (view) => {
    const body = new URLSearchParams({
      csrf: form.elements.csrf.value,
      file: form.elements.file.value,
      content: view.state.doc.toString(),
    });
    const answer = await fetch(area.dataset.faults, { method: "POST", body });
    if (!answer.ok) return [];
    const { faults } = await answer.json();
    return faults.map((fault) => ({
      ...(fault.here ? place(view.state.doc, fault) : { from: 0, to: 0 }),
      severity: "error",
      message: fault.here ? fault.message : `${fault.path}:${fault.line}:${fault.column} ${fault.message}`,
    }));
  };
}

function replace(area) {
  const view = new EditorView({
    doc: area.value,
    extensions: [
      EditorView.cspNonce.of(area.dataset.nonce),
      EditorState.tabSize.of(2),
      lineNumbers(),
      history(),
      indentOnInput(),
      highlightActiveLine(),
      yaml(),
      syntaxHighlighting(colours),
      linter(faultsOf(area), { delay: WAIT }),
      lintGutter(),
      keymap.of([...defaultKeymap, ...historyKeymap, ...lintKeymap]),
      EditorView.contentAttributes.of({ "aria-labelledby": "content-label", spellcheck: "false", tabindex: "0" }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) area.value = update.state.doc.toString();
      }),
      look,
    ],
  });
  const frame = document.createElement("div");
  frame.className = "editor";
  frame.append(view.dom);
  area.after(frame);
  area.hidden = true;
  document.getElementById("content-label")?.addEventListener("click", () => view.focus());
  forceLinting(view);
}

for (const area of document.querySelectorAll("textarea[data-editor]")) replace(area);
