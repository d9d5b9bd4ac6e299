/** In place of xterm, which cannot measure letters where nothing is laid out. Not part of the application. */
import { defineComponent, h, onMounted, ref } from 'vue'

/** A screen that remembers what was written on it, and a field to type into. */
export const TerminalStub = defineComponent({
  props: { testid: { type: String, required: true }, disabled: Boolean },
  emits: ['data', 'ready', 'columns'],
  setup(props, { emit, expose }) {
    const written = ref('')
    expose({
      write: (text: string) => (written.value += text),
      reset: () => (written.value = ''),
      focus: () => undefined,
    })
    onMounted(() => emit('ready'))
    return () =>
      h('div', [
        h('pre', { 'data-testid': `${props.testid}-screen` }, written.value),
        h('textarea', {
          'data-testid': props.testid,
          disabled: props.disabled,
          onInput: (event: Event) => emit('data', (event.target as HTMLTextAreaElement).value),
        }),
      ])
  },
})
