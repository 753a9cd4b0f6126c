/* Sets the clock of one program back, so that a team's history can be made in a moment: preloaded,
 * with EARLIER_SECONDS in the environment. Of a number below zero the clock is set forward. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

int clock_gettime(clockid_t clock, struct timespec* time) {
  static int (*real)(clockid_t, struct timespec*);
  if (real == NULL) real = (int (*)(clockid_t, struct timespec*))dlsym(RTLD_NEXT, "clock_gettime");
  const int status = real(clock, time);
  const char* earlier = getenv("EARLIER_SECONDS");
  if (status == 0 && clock == CLOCK_REALTIME && earlier != NULL) time->tv_sec -= atoll(earlier);
  return status;
}
