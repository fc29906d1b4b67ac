// libpq as the system ships it, and the one kernel interface Glibc's module map leaves out.
#include <libpq-fe.h>
#include <sys/epoll.h>
