/* Sets the clock of one program back, so that a team's history can be made in a moment: preloaded,
 * with EARLIER_SECONDS in the environment. Of a number below zero the clock is set forward. For a
 * program that goes on while its clock changes, EARLIER_FILE names a file that holds the number.
 * The environment is read at the start: nginx clears it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static long long earlier;
static char file[4096];

__attribute__((constructor)) static void read_environment(void) {
  const char* seconds = getenv("EARLIER_SECONDS");
  const char* path = getenv("EARLIER_FILE");
  if (seconds != NULL) earlier = atoll(seconds);
  if (path != NULL) snprintf(file, sizeof file, "%s", path);
}

static long long of_file(void) {
  char text[32] = "";
  const int number = open(file, O_RDONLY | O_CLOEXEC);
  if (number < 0) return 0;
  const ssize_t length = read(number, text, sizeof text - 1);
  close(number);
  return length > 0 ? atoll(text) : 0;
}

int clock_gettime(clockid_t clock, struct timespec* time) {
  static int (*real)(clockid_t, struct timespec*);
  if (real == NULL) real = (int (*)(clockid_t, struct timespec*))dlsym(RTLD_NEXT, "clock_gettime");
  const int status = real(clock, time);
  if (status == 0 && clock == CLOCK_REALTIME)
    time->tv_sec -= file[0] != '\0' ? of_file() : earlier;
  return status;
}
