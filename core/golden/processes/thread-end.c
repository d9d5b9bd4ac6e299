/* What runs when a thread ends: cleanup handlers and destructors of thread-specific data. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pthread_key_t first, second, plain, stubborn;
static int rounds;

static void free_text(void *p)
{
  printf("free_text %s, own value %p\n", (char *)p, pthread_getspecific(first));
  free(p);
}

/* Sets a value of a key that comes before its own: another round. */
static void set_first(void *p)
{
  printf("set_first %s\n", (char *)p);
  if (!pthread_getspecific(first)) pthread_setspecific(first, strdup("again"));
}

static void set_itself(void *p)
{
  printf("round %d\n", ++rounds);
  pthread_setspecific(stubborn, p);
}

static void note(void *p)
{
  printf("cleanup %s, key %s\n", (char *)p, (char *)pthread_getspecific(first));
}

static void *returns(void *p)
{
  pthread_setspecific(first, strdup("returned"));
  pthread_setspecific(plain, "no destructor");
  return p;
}

static void leave(int depth)
{
  char text[32];
  sprintf(text, "at depth %d", depth);
  pthread_cleanup_push(note, text);
  if (depth == 3) pthread_exit("exited");
  leave(depth + 1);
  pthread_cleanup_pop(0);
}

static void *exits(void *p)
{
  pthread_setspecific(first, strdup("exiting"));
  pthread_setspecific(second, "second");
  pthread_cleanup_push(note, "executed");
  pthread_cleanup_pop(1);
  pthread_cleanup_push(note, "dropped");
  pthread_cleanup_pop(0);
  leave(1);
  return p;
}

static void *never_empty(void *p)
{
  pthread_setspecific(stubborn, p);
  return p;
}

static void *without(void *p) { return p; }

static void run(const char *name, void *(*start)(void *), void *argument)
{
  pthread_t thread;
  void *result;
  pthread_create(&thread, NULL, start, argument);
  pthread_join(thread, &result);
  printf("%s: %s\n", name, (char *)result);
}

int main(void)
{
  int i;
  pthread_key_create(&first, free_text);
  pthread_key_create(&second, set_first);
  pthread_key_create(&plain, NULL);
  pthread_key_create(&stubborn, set_itself);
  run("without", without, "nothing");
  run("returns", returns, "argument");
  run("exits", exits, "argument");
  run("never_empty", never_empty, "value");
  for (i = 0; i < 3; i++) run("again", returns, "argument");
  pthread_key_delete(first);
  run("deleted", returns, "argument");
  pthread_key_create(&first, free_text);
  pthread_setspecific(first, strdup("of main"));
  pthread_cleanup_push(note, "of main");
  pthread_exit(NULL);
  pthread_cleanup_pop(0);
  return 1;
}
