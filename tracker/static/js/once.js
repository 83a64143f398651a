// A form with data-once is sent once: a double click on “Save” makes no second document, and on “Sign in” spends no link
// whose answer the browser then throws away. Coming back to the page lets it be sent again.
for (const form of document.querySelectorAll("form[data-once]")) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  addEventListener("pageshow", () => { sent = false; });
}
