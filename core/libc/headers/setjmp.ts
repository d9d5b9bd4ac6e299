/**
 * <setjmp.h>. A jmp_buf is glibc's: registers, a flag, a signal mask of 1024 bits (bits/setjmp.h, bits/types/__sigset_t.h);
 * 200 bytes.
 */
import { header } from './guard.js'

export const setjmp = header(
  'setjmp.h',
  `
struct __jmp_buf_tag {
  long __jmpbuf[8];
  int __mask_was_saved;
  struct { unsigned long __val[16]; } __saved_mask;
};
typedef struct __jmp_buf_tag jmp_buf[1];
typedef struct __jmp_buf_tag sigjmp_buf[1];
int setjmp(jmp_buf env);
int _setjmp(struct __jmp_buf_tag env[1]);
int __sigsetjmp(struct __jmp_buf_tag env[1], int savemask);
void longjmp(struct __jmp_buf_tag env[1], int val);
void _longjmp(struct __jmp_buf_tag env[1], int val);
void siglongjmp(sigjmp_buf env, int val);
#define setjmp(env) _setjmp(env)
#define sigsetjmp(env, savemask) __sigsetjmp(env, savemask)
`,
)
