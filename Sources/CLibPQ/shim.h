// libpq as the system ships it, the two kernel interfaces Glibc's module map leaves out, a call of it
// that would bring a second `timespec` into Swift, and one that glibc shows under _GNU_SOURCE alone.
#include <libpq-fe.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

/// Closes all descriptors from one on in the program that is started; glibc 2.34 has it.
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);

/// `epoll_wait` with a limit in nanoseconds below a second, where epoll_wait(2) counts milliseconds.
static inline int epoll_wait_nanoseconds(int epoll, struct epoll_event *events, int most, long limit) {
  struct timespec time = {.tv_sec = 0, .tv_nsec = limit};
  return epoll_pwait2(epoll, events, most, &time, NULL);
}
