// libpq as the system ships it, the two kernel interfaces Glibc's module map leaves out, and a call of
// it that would bring a second `timespec` into Swift.
#include <libpq-fe.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

/// `epoll_wait` with a limit in nanoseconds below a second, where epoll_wait(2) counts milliseconds.
static inline int epoll_wait_nanoseconds(int epoll, struct epoll_event *events, int most, long limit) {
  struct timespec time = {.tv_sec = 0, .tv_nsec = limit};
  return epoll_pwait2(epoll, events, most, &time, NULL);
}
