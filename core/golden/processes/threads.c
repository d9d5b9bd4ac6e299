#include <stdio.h>
#include <stdlib.h>
#include <pthread.h>
#include <semaphore.h>
#include <errno.h>
#include <unistd.h>
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER; static pthread_cond_t c = PTHREAD_COND_INITIALIZER, room = PTHREAD_COND_INITIALIZER;
static int queue[4], n, sum; static long total; static pthread_once_t once = PTHREAD_ONCE_INIT; static int onces;
static void init(void) { onces++; }
static void *consumer(void *a) { for (;;) { pthread_mutex_lock(&m); while (n == 0) pthread_cond_wait(&c, &m); int v = queue[--n]; pthread_cond_signal(&room); pthread_mutex_unlock(&m); if (v < 0) return a; sum += v; } }
static void *adder(void *a) { pthread_once(&once, init); for (int i = 0; i < 2000; i++) { pthread_mutex_lock(&m); total++; pthread_mutex_unlock(&m); } return (void *)((long)a * 2); }
static void put(int v) { pthread_mutex_lock(&m); while (n == 4) pthread_cond_wait(&room, &m); queue[n++] = v; pthread_cond_signal(&c); pthread_mutex_unlock(&m); }
static pthread_key_t key; static void *keyed(void *a) { pthread_setspecific(key, a); usleep(100); return pthread_getspecific(key); }
static void *quitter(void *a) { errno = 5; pthread_exit(a); }
static void *first; static void *stack(void *a) { int x; (void)a; if (!first) first = &x; return (void *)(long)(first == (void *)&x); }
int main(void) {
  pthread_t t[5]; void *r;
  pthread_create(&t[0], 0, consumer, "done"); for (int i = 1; i <= 100; i++) put(i); put(-1); pthread_join(t[0], &r); printf("%s %d\n", (char *)r, sum);
  for (long i = 0; i < 5; i++) pthread_create(&t[i], 0, adder, (void *)i);
  long rs = 0; for (int i = 0; i < 5; i++) { pthread_join(t[i], &r); rs += (long)r; } printf("total %ld results %ld once %d\n", total, rs, onces);
  pthread_key_create(&key, 0); pthread_setspecific(key, "main"); pthread_create(&t[0], 0, keyed, "thread"); pthread_join(t[0], &r); printf("%s %s\n", (char *)r, (char *)pthread_getspecific(key));
  errno = 1; pthread_create(&t[0], 0, quitter, "quit"); pthread_join(t[0], &r); printf("%s errno %d\n", (char *)r, errno);
  pthread_create(&t[0], 0, stack, 0); pthread_join(t[0], &r); pthread_create(&t[0], 0, stack, 0); pthread_join(t[0], &r); printf("stack reused %ld\n", (long)r);
  pthread_mutexattr_t at; pthread_mutexattr_init(&at); pthread_mutexattr_settype(&at, PTHREAD_MUTEX_RECURSIVE); pthread_mutex_t rm; pthread_mutex_init(&rm, &at);
  printf("rec %d %d %d %d\n", pthread_mutex_lock(&rm), pthread_mutex_lock(&rm), pthread_mutex_unlock(&rm), pthread_mutex_unlock(&rm));
  pthread_mutexattr_settype(&at, PTHREAD_MUTEX_ERRORCHECK); pthread_mutex_init(&rm, &at); pthread_mutex_lock(&rm); printf("err %d %d\n", pthread_mutex_lock(&rm) == EDEADLK, pthread_mutex_trylock(&rm) == EBUSY); pthread_mutex_unlock(&rm); printf("perm %d\n", pthread_mutex_unlock(&rm) == EPERM);
  sem_t s; sem_init(&s, 0, 1); printf("sem %d %d %d\n", sem_trywait(&s), sem_trywait(&s), errno == EAGAIN);
  printf("self %d equal %d\n", pthread_join(pthread_self(), 0) == EDEADLK, pthread_equal(pthread_self(), pthread_self()) != 0);
  pthread_attr_t a; size_t z; pthread_attr_init(&a); pthread_attr_setstacksize(&a, 65536); pthread_attr_getstacksize(&a, &z); printf("size %zu bad %d\n", z, pthread_attr_setstacksize(&a, 100) == EINVAL);
  pthread_attr_setdetachstate(&a, PTHREAD_CREATE_DETACHED); pthread_create(&t[0], &a, stack, 0); printf("detached join %d\n", pthread_join(t[0], 0) == EINVAL); usleep(1000);
  return 0;
}
