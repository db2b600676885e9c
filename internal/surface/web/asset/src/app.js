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
    this.$el.addEventListener('submit', (e) => {
      const links = [...this.$el.querySelectorAll('#found a')]
      const link = links.find((l) => l.classList.contains('at')) || (links.length === 1 ? links[0] : null)
      if (link) { e.preventDefault(); location.assign(link.href) }
    })
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
  },
}))

// Long work: the page hears how far it is, and goes on when it has ended.
Alpine.data('job', () => ({
  init() {
    const bar = this.$refs.bar, source = new EventSource(this.$el.dataset.events)
    source.onmessage = (e) => {
      const s = JSON.parse(e.data)
      this.$refs.what.textContent = s.what + (s.of > 0 ? ', ' + s.done + ' of ' + s.of : '')
      if (s.of > 0) { bar.max = s.of; bar.value = s.done } else bar.removeAttribute('value')
      if (s.end) { source.close(); location.reload() }
    }
  },
}))

// A file is dropped anywhere on the form that asks for one.
document.querySelectorAll('form[enctype="multipart/form-data"]').forEach((form) => {
  const field = form.querySelector('input[type=file]')
  if (!field) return
  form.classList.add('drop')
  const over = (yes) => (e) => { e.preventDefault(); form.classList.toggle('over', yes) }
  form.addEventListener('dragover', over(true))
  form.addEventListener('dragleave', over(false))
  form.addEventListener('drop', (e) => {
    over(false)(e)
    if (e.dataTransfer.files.length) { field.files = e.dataTransfer.files; field.dispatchEvent(new Event('change', { bubbles: true })) }
  })
})

// In the grid of a paper, arrows go from mark to mark; a letter chooses one, as
// in every list of the browser.
document.querySelectorAll('table.marks').forEach((table) => {
  table.addEventListener('keydown', (e) => {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[e.key]
    if (!step || e.target.tagName !== 'SELECT' || e.altKey || e.ctrlKey || e.metaKey) return
    e.preventDefault()
    const cell = e.target.closest('td'), row = cell.parentElement
    const to = table.tBodies[0].rows[row.sectionRowIndex + step[0]]?.cells[cell.cellIndex + step[1]]?.querySelector('select')
    if (to) { to.focus(); to.scrollIntoView({ block: 'nearest', inline: 'nearest' }) }
  })
})

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
