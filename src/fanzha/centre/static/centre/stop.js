// The stop-payment form reads back what is typed: the server does the reading, so that page and record never differ.
const form = document.getElementById("stop")
const [account, yuan, pasted, found] = ["account", "yuan", "pasted", "found"].map((id) => document.getElementById(id))
let waiting
let asked = 0

async function check() {
  const mine = ++asked
  const answer = await fetch(form.dataset.check, { method: "POST", body: new FormData(form) })
  if (!answer.ok) return
  const told = await answer.json()
  if (mine !== asked) return // something else was typed since
  const luhn = (right) => (right === null ? "" : ` · ${right ? found.dataset.right : found.dataset.wrong}`)
  document.getElementById("account-said").value = told.account ? told.account + luhn(told.luhn) : ""
  document.getElementById("yuan-said").value = told.capitals ? `${told.digits} · ${told.capitals}` : ""
  found.replaceChildren(
    ...told.found.map((one) => {
      const button = document.createElement("button")
      button.type = "button"
      button.textContent = one.value + luhn(one.luhn)
      button.addEventListener("click", () => {
        account.value = one.value
        check()
      })
      return button
    })
  )
  if (told.found.length === 1 && !account.value) {
    account.value = told.found[0].value
    check()
  }
}

for (const field of [account, yuan, pasted])
  field.addEventListener("input", () => {
    clearTimeout(waiting)
    waiting = setTimeout(check, 150)
  })
check()
