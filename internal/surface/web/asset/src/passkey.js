// What passkeys need of a script: the question goes to the browser, and its
// answer back to the desk. The buttons are hidden where no passkey can be used.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0))
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')

const send = async (path, fields) => {
  const answer = await fetch(path, { method: 'POST', body: new URLSearchParams(fields) })
  if (!answer.ok) throw new Error(await answer.text())
  return answer.status === 204 ? null : answer.json()
}

// asked is the desk's question with bytes where the browser wants bytes.
const asked = (o) => {
  o.challenge = bytes(o.challenge)
  if (o.user) o.user.id = bytes(o.user.id)
  for (const list of [o.allowCredentials, o.excludeCredentials]) for (const c of list || []) c.id = bytes(c.id)
  return o
}

// answered is the browser's answer as text.
const answered = (c) => {
  const response = {}
  for (const key of ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
    if (c.response[key]) response[key] = text(c.response[key])
  }
  if (c.response.getTransports) response.transports = c.response.getTransports()
  return JSON.stringify({ id: c.id, rawId: text(c.rawId), type: c.type, authenticatorAttachment: c.authenticatorAttachment, clientExtensionResults: c.getClientExtensionResults(), response })
}

const ceremony = async (box) => {
  const what = box.dataset.passkey
  const { publicKey } = await send('/sign-in/passkey', { what })
  const how = { publicKey: asked(publicKey) }
  const credential = what === 'add' ? await navigator.credentials.create(how) : await navigator.credentials.get(how)
  const name = box.querySelector('input')
  await send('/sign-in/passkey/answer', { what, answer: answered(credential), name: name ? name.value : '' })
  location.assign(box.dataset.next)
}

// said is what went wrong, for the person.
const said = (e) => ({
  NotAllowedError: 'Nothing was done: the browser says that it was cancelled, or took too long.',
  InvalidStateError: 'This device has a passkey for this account already.',
  SecurityError: 'Passkeys need this server’s own name in the address, with TLS or on localhost.',
}[e.name] || e.message)

export const passkeys = () => {
  if (!window.PublicKeyCredential) return
  for (const box of document.querySelectorAll('[data-passkey]')) {
    const button = box.querySelector('button')
    const says = box.querySelector('[data-passkey-says]')
    box.hidden = false
    button.addEventListener('click', async () => {
      button.disabled = true
      says.textContent = ''
      try { await ceremony(box) } catch (e) { says.textContent = said(e) }
      button.disabled = false
    })
  }
}
