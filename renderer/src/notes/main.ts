/** The presenter's window: a page of its own that knows the presentation and nothing else. */
import '../styles/index.css'
import '../styles/han.css'
import { createApp } from 'vue'
import { createLanguage } from '../locales/index.js'
import NotesPage from './NotesPage.vue'

createApp(NotesPage, { bridge: window.pagewalkNotes }).use(createLanguage('en')).mount('#app')
