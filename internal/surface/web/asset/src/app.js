// What a script adds to pages that work without one: the palette, keys in
// tables, and a count of chosen rows.
import 'htmx.org/dist/htmx.esm.js'
import Alpine from '@alpinejs/csp/dist/module.esm.js'
import { passkeys } from './passkey.js'

const typing = (e) => e.target.closest('input, textarea, select, [contenteditable]')

Alpine.data('palette', () => ({
  at: -1,
  init() {
    document.addEventListener('keydown', (e) => {
      if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'k') { e.preventDefault(); this.open() }
      if (e.key === '/' && !typing(e)) { e.preventDefault(); this.open() }
    })
    document.querySelectorAll('[data-palette]').forEach((f) => f.addEventListener('pointerdown', (e) => { e.preventDefault(); this.open() }))
    this.$el.addEventListener('click', (e) => { if (e.target === this.$el) this.$el.close() })
  },
  open() {
    if (this.$el.open) return
    this.$el.showModal()
    this.$el.querySelector('input').select()
  },
  keys(e) {
    const links = [...this.$root.querySelectorAll('#found a')]
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key]
    if (step && links.length) {
      e.preventDefault()
      const old = links.findIndex((l) => l.classList.contains('at'))
      const at = (old + step + links.length + (old < 0 && step < 0 ? 1 : 0)) % links.length
      links.forEach((l, i) => l.classList.toggle('at', i === at))
      links[at].scrollIntoView({ block: 'nearest' })
    }
    if (e.key === 'Enter') {
      const link = this.$root.querySelector('#found a.at') || (links.length === 1 ? links[0] : null)
      if (link) { e.preventDefault(); link.click() }
    }
  },
}))

Alpine.data('bulk', () => ({
  chosen: '',
  init() {
    const boxes = () => [...this.$el.querySelectorAll('input[name=item]')]
    const count = () => { const n = boxes().filter((b) => b.checked).length; this.chosen = n ? '(' + n + ')' : '' }
    this.$el.addEventListener('change', count)
    const head = this.$el.querySelector('thead th')
    if (head && boxes().length) {
      const all = document.createElement('input')
      all.type = 'checkbox'; all.className = 'form-check-input'; all.setAttribute('aria-label', 'Choose all rows on this page')
      all.addEventListener('change', () => boxes().forEach((b) => { b.checked = all.checked }))
      head.replaceChildren(all)
    }
    count()
  },
}))

// j and k move through the rows of the table in which the focus is, or the
// first; x chooses a row.
const reach = (row) => row.querySelector('a, input')
document.addEventListener('keydown', (e) => {
  if (typing(e) && e.target.type !== 'checkbox' || e.ctrlKey || e.metaKey || e.altKey) return
  const step = { j: 1, k: -1 }[e.key]
  const here = document.activeElement.closest('tbody tr')
  if (e.key === 'x' && here) { const box = here.querySelector('input[type=checkbox]'); if (box) box.click() }
  if (!step) return
  const table = here ? here.closest('table') : document.querySelector('table[data-keys]')
  if (!table) return
  const rows = [...table.querySelectorAll('tbody tr')].filter(reach)
  const next = here ? rows[rows.indexOf(here) + step] : rows[0]
  if (next) { e.preventDefault(); reach(next).focus(); next.scrollIntoView({ block: 'nearest' }) }
})

passkeys()
Alpine.start()
